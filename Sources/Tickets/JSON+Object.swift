extension JSON {
  /// The members of a JSON object, in their order. A key may stand there twice; the last one counts.
  public struct Object: Sendable, Equatable {
    /// A key and its value.
    public struct Member: Sendable, Equatable {
      /// The key, unescaped.
      public let key: String
      /// The value.
      public var value: JSON

      /// A key and its value.
      public init(_ key: String, _ value: JSON) {
        self.key = key
        self.value = value
      }
    }

    /// All members, in order.
    public private(set) var members: [Member]

    /// An object of these members.
    public init(_ members: [Member] = []) { self.members = members }

    /// The last value under a key. Setting replaces it in its place, or appends; setting nil removes every member with that key. Linear in
    /// the number of members.
    public subscript(_ key: String) -> JSON? {
      get { members.last { $0.key == key }?.value }
      set {
        guard let newValue else { return members.removeAll { $0.key == key } }
        if let place = members.lastIndex(where: { $0.key == key }) {
          members[place].value = newValue
        } else {
          members.append(Member(key, newValue))
        }
      }
    }
  }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
  /// An object with the members of a literal, in its order.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { Member($0.0, $0.1) })
  }
}

extension JSON: ExpressibleByDictionaryLiteral {
  /// An object with the members of a literal, in its order.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Object(elements.map { Object.Member($0.0, $0.1) }))
  }
}

extension JSON: ExpressibleByArrayLiteral {
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension JSON: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self.init(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByNilLiteral {
  /// Null.
  public init(nilLiteral: ()) { self = .null }
}
