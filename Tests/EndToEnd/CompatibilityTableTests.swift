import Platform
import Testing

@Suite("docs/compatibility.md")
struct CompatibilityTableTests {
  private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

  /// `Suite.name` in backticks, and the names that follow it in the same cell.
  private func named(in text: String) -> [(suite: String, test: String)] {
    var found: [(String, String)] = []
    for line in text.split(separator: "\n") {
      guard let cell = line.split(separator: "|").last, line.contains("Tests.") else { continue }
      var suite: String?
      for (place, quoted) in cell.split(separator: "`", omittingEmptySubsequences: false).enumerated() where place % 2 == 1 {
        let parts = quoted.split(separator: ".")
        if parts.count == 2, parts[0].hasSuffix("Tests"), !parts[0].contains("/") {
          suite = String(parts[0])
          found.append((String(parts[0]), String(parts[1])))
        } else if parts.count == 1, let suite, quoted.allSatisfy({ $0.isLetter || $0.isNumber }) {
          found.append((suite, String(quoted)))
        }
      }
    }
    return found
  }

  @Test("every test that it names exists")
  func names() throws {
    let text = try #require(try File.readText(Self.root.appending("docs/compatibility.md")))
    var functions: [String: Set<String>] = [:]
    for target in ["EndToEnd", "GitTests", "SageStreamTests"] {
      let folder = Self.root.appending("Tests").appending(target)
      for name in try Folder.names(in: folder) {
        var suite = ""
        for line in (try File.readText(folder.appending(bytes: name)) ?? "").split(separator: "\n") {
          let words = line.split(whereSeparator: { " (:{<".contains($0) }).map(String.init)
          // A suite, not a type inside one.
          if line.first != " ", let place = words.firstIndex(of: "struct"), words.count > place + 1 { suite = words[place + 1] }
          if let place = words.firstIndex(of: "func"), words.count > place + 1 { functions[suite, default: []].insert(words[place + 1]) }
        }
      }
    }
    let names = named(in: text)
    #expect(names.count > 90)
    for (suite, test) in names { #expect(functions[suite]?.contains(test) == true, "\(suite).\(test)") }
  }
}
