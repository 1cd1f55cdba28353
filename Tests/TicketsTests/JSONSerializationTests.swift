import Testing
import Tickets

@Suite("JSON is written")
struct JSONSerializationTests {
  private let event: JSON = [
    "event": "ticket.landed", "seq": 7, "speedup": 2.5, "paths": ["a", "b"], "none": nil, "empty": [:], "list": [],
  ]

  @Test("compact text has no blanks and keeps the order of the members")
  func compact() {
    #expect(
      event.serialized() == #"{"event":"ticket.landed","seq":7,"speedup":2.5,"paths":["a","b"],"none":null,"empty":{},"list":[]}"#)
  }

  @Test("pretty text is laid out as jq does")
  func pretty() {
    #expect(
      event.serialized(pretty: true) == """
        {
          "event": "ticket.landed",
          "seq": 7,
          "speedup": 2.5,
          "paths": [
            "a",
            "b"
          ],
          "none": null,
          "empty": {},
          "list": []
        }
        """)
  }

  @Test("control characters, quotes and backslashes are escaped; everything else stays raw UTF-8")
  func escapes() {
    #expect(JSON("\u{0}\u{1B}\n\t\"\\/→😀").serialized() == #""\u0000\u001b\n\t\"\\/→😀""#)
    #expect((["a\nb": 1] as JSON).serialized() == #"{"a\nb":1}"#)
  }

  @Test("what is written reads as what it was", arguments: ["skeleton-46", "skeleton-133"])
  func roundTrip(name: String) throws {
    let value = try JSON(parsing: try fixture(name))
    #expect(try JSON(parsing: value.serialized()) == value)
    #expect(try JSON(parsing: value.serialized(pretty: true)) == value)
  }

  @Test("a queue that jq wrote is written back byte for byte")
  func likeJQ() throws {
    let bytes = try fixture("skeleton-46")
    #expect(try JSON(parsing: bytes).serialized(pretty: true) + "\n" == String(decoding: bytes, as: UTF8.self))
  }

  @Test("a number that is not finite becomes null")
  func notFinite() {
    #expect(JSON(Double.nan) == .null)
    #expect(JSON(-Double.infinity) == .null)
  }

  @Test("setting a member replaces the last of its name, appends, or removes all of them")
  func members() {
    var object: JSON.Object = ["a": 1, "b": 2, "a": 3]
    object["a"] = 4
    object["c"] = 5
    #expect(JSON.object(object).serialized() == #"{"a":1,"b":2,"a":4,"c":5}"#)
    object["a"] = nil
    #expect(JSON.object(object).serialized() == #"{"b":2,"c":5}"#)
  }
}
