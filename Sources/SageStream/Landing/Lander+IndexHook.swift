import Git
import Platform

extension Lander {
  /// Whether the user's `post-index-change` runs when git writes the index of a checkout (githooks(5)). It may read that index or stage
  /// something, so it has to find all of it.
  func hasIndexHook(_ checkout: Checkout) -> Bool {
    let name = "post-index-change"
    guard !project.configuration.hasHook(for: name), let folder = hooksFolder(of: checkout) else { return true }
    return ((try? FileStatus.of(folder.appending(name))) ?? nil) != nil
  }

  /// Nil where only git knows.
  private func hooksFolder(of checkout: Checkout) -> FilePath? {
    guard let text = project.configuration.string("core.hooksPath") else { return project.layout.commonFolder.appending("hooks") }
    if text.hasPrefix("~/") { return project.environment["HOME"].map { FilePath($0).appending(String(text.dropFirst(2))) } }
    // Of somebody else's home, or of where git is installed (git-config(1), "pathname").
    if text.hasPrefix("~") || text.hasPrefix("%") { return nil }
    return checkout.path.pushing(FilePath(text))
  }
}
