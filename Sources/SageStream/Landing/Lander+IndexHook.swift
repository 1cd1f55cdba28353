import Git
import Platform

extension Lander {
  /// Whether the user's `post-index-change` runs when git writes the index of a checkout (githooks(5)). It may read that index or stage
  /// something, so it has to find all of it.
  ///
  /// Where hooks are is asked anew each time, and there: it differs between worktrees, and a worker may install some while the run goes on.
  func hasIndexHook(_ checkout: Checkout) async -> Bool {
    let name = "post-index-change"
    if project.configuration.hasHook(for: name) { return true }
    guard let answer = try? await checkout.git.run("rev-parse", "--path-format=absolute", "--git-path", "hooks").standardOutput,
      answer.last == UInt8(ascii: "\n")
    else { return true }
    let hook = FilePath("/").appending(bytes: answer.dropLast()).appending(name)
    return (try? FileStatus.of(hook)) != .some(nil)
  }
}
