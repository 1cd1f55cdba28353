/// A document that a ticket refers to in `docs` or `context`.
public struct DocumentReference: Sendable, Equatable {
  /// What the ticket calls it, as `spec` or `plans`.
  public let name: String
  /// Where it is, relative to the repository, verbatim.
  public let path: String

  /// A reference of these parts.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}
