import Git
import Platform
import Tickets

/// A commit on the target that a conflict is with.
public struct LandedChange: Sendable, Hashable {
  /// The ticket that it landed for; nil where it is the user's own commit.
  public let ticket: TicketID?
  public let commit: CommitID
  public let subject: String
  /// The author's name.
  public let author: String
  /// When it was committed: for a ticket, when it landed.
  public let time: WallTime

  public init(ticket: TicketID?, commit: CommitID, subject: String, author: String, time: WallTime) {
    self.ticket = ticket
    self.commit = commit
    self.subject = subject
    self.author = author
    self.time = time
  }

  /// Reads it from the commit itself.
  init(_ id: CommitID, _ commit: CommitObject) {
    let name = commit.author.prefix { $0 != UInt8(ascii: "<") }
    let seconds = commit.committer.split(separator: UInt8(ascii: " ")).suffix(2).first
    self.init(
      ticket: Trailers.value(of: "Sage-Ticket", in: commit.message).map { TicketID($0) }, commit: id, subject: commit.subject,
      author: TextLines.text(name.last == UInt8(ascii: " ") ? name.dropLast() : name),
      time: WallTime(seconds: seconds.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0))
  }
}
