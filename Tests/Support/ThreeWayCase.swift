/// Three random trees, base and two sides that changed it, for comparing merges.
///
/// Few names and much of everything that is hard: renames of files and folders, the same change on both sides, files
/// against folders, modes, links. `seed` makes the same case again.
public struct ThreeWayCase: Sendable {
  public struct File: Sendable, Equatable {
    /// As in `git ls-tree`.
    public var mode: String
    public var lines: [String]

    public init(mode: String, lines: [String]) {
      self.mode = mode
      self.lines = lines
    }

    public var content: String { mode == "120000" ? lines[0] : lines.map { $0 + "\n" }.joined() }
  }

  /// Files by path.
  public typealias Tree = [String: File]

  public let seed: UInt64
  public let base: Tree
  public let ours: Tree
  public let theirs: Tree

  public init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var base: Tree = [:]
    for _ in 0..<Int.random(in: 2...10, using: &random) { Self.place(Self.newFile(&random), at: Self.newPath(&random), in: &base) }
    var ours = base
    var theirs = base
    for _ in 0..<Int.random(in: 1...3, using: &random) { Self.change(&ours, &random) }
    for _ in 0..<Int.random(in: 1...3, using: &random) { Self.change(&theirs, &random) }
    if random.chance(35) {
      // The same change on both sides: the same generator twice.
      var twin = random
      Self.change(&ours, &random)
      Self.change(&theirs, &twin)
    }
    self.seed = seed
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }

  private static let folders = ["", "", "a/", "a/x/", "b/", "b/x/", "c/", "a/x/y/", "a.b/"]
  private static let names = ["f", "g", "h", "k", "a", "x", "f.txt"]

  private static func newPath(_ random: inout SplitMix64) -> String { (random.pick(folders) ?? "") + (random.pick(names) ?? "f") }

  private static func newFile(_ random: inout SplitMix64) -> File {
    if random.chance(6) { return File(mode: "120000", lines: ["target-\(Int.random(in: 0..<3, using: &random))"]) }
    let mark = Int.random(in: 0..<40, using: &random)
    let count = random.chance(15) ? 1 : Int.random(in: 6...14, using: &random)
    return File(mode: random.chance(10) ? "100755" : "100644", lines: (0..<count).map { "file \(mark), line \($0) of \(count)" })
  }

  /// Puts a file at a path; what stands in its way, above or below, goes.
  private static func place(_ file: File, at path: String, in tree: inout Tree) {
    for other in tree.keys where other.hasPrefix(path + "/") || path.hasPrefix(other + "/") { tree[other] = nil }
    tree[path] = file
  }

  private static func change(_ tree: inout Tree, _ random: inout SplitMix64) {
    // Sorted, because the order of a dictionary differs from run to run.
    let paths = tree.keys.sorted()
    guard let path = random.pick(paths), var file = tree[path] else { return place(newFile(&random), at: newPath(&random), in: &tree) }
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30:
      if file.mode == "120000" { return tree[path] = newFile(&random) }
      edit(&file, &random)
      tree[path] = file
    case 30..<42: tree[path] = nil
    case 42..<58: place(newFile(&random), at: newPath(&random), in: &tree)
    case 58..<72:
      tree[path] = nil
      if random.chance(40), file.mode != "120000" { edit(&file, &random) }
      place(file, at: newPath(&random), in: &tree)
    case 72..<86: moveFolder(of: path, to: random.pick(folders.filter { !$0.isEmpty }) ?? "c/", &tree)
    case 86..<91:
      file.mode = file.mode == "100644" ? "100755" : "100644"
      tree[path] = file
    case 91..<94: tree[path] = File(mode: "120000", lines: ["target-\(Int.random(in: 0..<3, using: &random))"])
    case 94..<97: place(newFile(&random), at: path + "/f", in: &tree)
    default:
      guard let cut = path.firstIndex(of: "/") else { return }
      place(newFile(&random), at: String(path[..<cut]), in: &tree)
    }
  }

  private static func edit(_ file: inout File, _ random: inout SplitMix64) {
    let line = Int.random(in: 0..<file.lines.count, using: &random)
    let text = "changed to \(Int.random(in: 0..<4, using: &random))"
    if random.chance(30) { file.lines.insert(text, at: line) } else { file.lines[line] = text }
  }

  private static func moveFolder(of path: String, to target: String, _ tree: inout Tree) {
    guard let cut = path.lastIndex(of: "/") else { return }
    let folder = String(path[...cut])
    if target.hasPrefix(folder) { return }
    for (old, file) in tree.sorted(by: { $0.key < $1.key }) where old.hasPrefix(folder) {
      tree[old] = nil
      place(file, at: target + old.dropFirst(folder.count), in: &tree)
    }
  }
}
