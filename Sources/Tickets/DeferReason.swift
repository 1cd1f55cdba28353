/// Why a ticket is DEFERRED: its `deferReason` in the queue.
public struct DeferReason: Sendable, Equatable {
  /// A short name for the kind of reason, as `conflict`.
  public let category: String
  /// What happened, for a person.
  public let message: String
  /// When, as text; the queue's dates are opaque. `deferred_at` in the file.
  public let deferredAt: String

  /// A reason of these parts.
  public init(category: String, message: String, deferredAt: String) {
    self.category = category
    self.message = message
    self.deferredAt = deferredAt
  }
}
