import Git
import Platform
import Synchronization

/// Who makes the commits of harvests, as git says it: asked once, and again when the repository's configuration has changed.
final class SlotIdentity: Sendable {
  struct People: Sendable {
    var author: Signature
    var committer: Signature
  }

  private struct Known {
    let people: People
    let configuration: FileStatus?
  }

  private let known = Mutex<Known?>(nil)
  /// Whether the user has fixed the moment of the author's or the committer's part.
  private let hasAuthorDate: Bool
  private let hasCommitterDate: Bool

  /// - Parameter environment: the user's.
  init(environment: [String: String]) {
    hasAuthorDate = environment["GIT_AUTHOR_DATE"] != nil
    hasCommitterDate = environment["GIT_COMMITTER_DATE"] != nil
  }

  /// Author and committer of a commit made now.
  ///
  /// - Parameters:
  ///   - git: git on a slot.
  ///   - configuration: the repository's own, which a worker may change.
  /// - Throws: what git says where it does not know them.
  func now(_ git: GitCommand, configuration: FilePath) async throws(GitError) -> People {
    let status = (try? FileStatus.of(configuration)) ?? nil
    var people: People
    if let known = known.withLock({ $0 }), known.configuration == status {
      people = known.people
    } else {
      people = People(author: try await Signature.author(git), committer: try await Signature.committer(git))
      let fresh = Known(people: people, configuration: status)
      known.withLock { $0 = fresh }
    }
    let now = WallTime.now
    let zone = localTimeZoneOffset(at: now)
    if !hasAuthorDate { people.author = people.author.at(seconds: now.seconds, zone: zone) }
    if !hasCommitterDate { people.committer = people.committer.at(seconds: now.seconds, zone: zone) }
    return people
  }
}
