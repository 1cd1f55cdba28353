/// A JSON value, as it is written: numbers keep their text and objects their order.
///
/// ```swift
/// let event: JSON = ["event": "ticket.landed", "ticket": "A-1", "seq": 7]
/// event["ticket"]?.string   // "A-1"
/// event.serialized()        // {"event":"ticket.landed","ticket":"A-1","seq":7}
/// ```
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The number's text, as `1`, `-0.5` or `1e9`.
  case number(String)
  case string(String)
  case array([JSON])
  case object(Object)

  /// How many arrays and objects may be open at once; deeper text is refused.
  public static let deepestNesting = 512
}

extension JSON {
  /// `true` or `false`.
  public init(_ value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(_ value: Int) { self = .number(String(value)) }
  /// A string.
  public init(_ value: String) { self = .string(value) }
  /// An array.
  public init(_ values: [JSON]) { self = .array(values) }
  /// An array of strings.
  public init(_ texts: [String]) { self = .array(texts.map(JSON.string)) }

  /// A number; what is not finite has no form in JSON and becomes null.
  public init(_ value: Double) { self = value.isFinite ? .number("\(value)") : .null }
}

extension JSON {
  /// The value under a key of an object (the last, where the key stands there twice), nil for anything else.
  public subscript(_ key: String) -> JSON? { object?[key] }

  /// The text of a string, nil for anything else.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of a whole number, however it is written, nil for anything else.
  public var int: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// The value of a number, nil for anything else and for one that is too large for a Double.
  public var double: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The value of `true` or `false`, nil for anything else.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements of an array, nil for anything else.
  public var array: [JSON]? { if case .array(let values) = self { values } else { nil } }

  /// The members of an object, nil for anything else.
  public var object: Object? { if case .object(let members) = self { members } else { nil } }

  /// Whether this is null.
  public var isNull: Bool { self == .null }
}
