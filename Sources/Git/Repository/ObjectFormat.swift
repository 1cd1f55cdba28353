/// The hash that names objects (git-config `extensions.objectFormat`).
public enum ObjectFormat: String, Sendable {
  case sha1
  case sha256

  /// The tree without entries; git knows it in every repository, written or not.
  public var emptyTree: TreeID {
    switch self {
    case .sha1: TreeID(trusted: "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
    case .sha256: TreeID(trusted: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321")
    }
  }
}
