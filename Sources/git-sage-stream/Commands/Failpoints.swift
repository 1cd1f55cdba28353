import ArgumentParser
import SageStream
import Terminal

/// Names the failpoints of this build, one a line, so that the tests find every one of them; hidden, and empty in a release.
struct FailpointsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "failpoints", abstract: "Name the failpoints of this build.", shouldDisplay: false)

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    Screen.output.show(Failpoint.available.map(\.rawValue))
    return 0
  }
}
