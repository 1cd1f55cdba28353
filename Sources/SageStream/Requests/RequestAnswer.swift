import Tickets

/// What came of a request, in the journal of whoever carried it out.
public struct RequestAnswer: Sendable, Equatable {
  /// The request's own id.
  public var request: String
  public var verb: String
  public var isDone: Bool
  /// What was done, or why it was not; one sentence.
  public var sentence: String

  /// What became of the ticket that was to land: `landed`, `held`, `conflicted` or `failed`; nil for other requests, and where it was refused.
  public var outcome: String?

  public init(request: String, verb: String, isDone: Bool, sentence: String, outcome: String? = nil) {
    self.outcome = outcome
    self.request = request
    self.verb = verb
    self.isDone = isDone
    self.sentence = sentence
  }

  var members: [JSON.Object.Member] {
    [
      .init("request", .string(request)), .init("verb", .string(verb)), .init("done", JSON(isDone)), .init("message", .string(sentence)),
    ] + (outcome.map { [.init("outcome", .string($0))] } ?? [])
  }

  init?(json: JSON) {
    guard let request = json["request"]?.string, let verb = json["verb"]?.string, let isDone = json["done"]?.bool else { return nil }
    self.init(request: request, verb: verb, isDone: isDone, sentence: json["message"]?.string ?? "", outcome: json["outcome"]?.string)
  }
}
