import Tickets

/// What the user asked for, from the command line; what is nil comes from `git config sageStream.*`.
public struct RunOptions: Sendable {
  public enum Mode: String, Sendable { case interactive, semiAutomatic, automatic }
  public enum Schedule: String, Sendable, CaseIterable { case flow, batch }
  public enum OnConflict: String, Sendable, CaseIterable { case `defer`, rework }
  public enum CheckUndecided: String, Sendable, CaseIterable { case land, `defer` }
  public enum Workers: Sendable, Equatable {
    case count(Int)
    /// Half the cores, 1 to 8.
    case automatic
  }

  public var mode: Mode = .interactive
  /// Nil: one after the other.
  public var workers: Workers?
  public var worker: String?
  public var check: String?
  public var checkUndecided: CheckUndecided = .defer
  /// The branch to land on; nil: the one checked out in the main work tree.
  public var onto: String?
  public var schedule: Schedule?
  public var timeout: Duration?
  public var onConflict: OnConflict?
  public var requireValidation = false
  /// Only tickets of these components; empty means all.
  public var components: [String] = []
  /// Only these tickets; empty means all.
  public var tickets: [TicketID] = []
  /// At most so many tickets are started; 0 lands what is held and runs nothing.
  public var limit: Int?
  public var maxCost: Double?
  public var push = false
  /// Lands only what `land ID` approves.
  public var review = false

  public init() {}
}
