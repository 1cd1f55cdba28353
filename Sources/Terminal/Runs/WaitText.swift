import SageStream
import Tickets

/// What `wait` says when it is over.
public enum WaitText {
  /// For scripts: the ticket and where its work is.
  public static func result(_ outcome: WaitOutcome) -> [String] {
    guard case .reached(let ticket?, let place) = outcome else { return [] }
    return [[ticket.rawValue.harmless(), place?.harmless()].compactMap { $0 }.joined(separator: " ")]
  }

  /// For people: why it did not come to it.
  public static func message(_ outcome: WaitOutcome) -> [String] {
    switch outcome {
    case .reached: []
    case .missed(let reason): ["it did not come to that: \(reason.harmless())"]
    case .timedOut: ["it had not come to that in time; what goes on goes on"]
    }
  }
}
