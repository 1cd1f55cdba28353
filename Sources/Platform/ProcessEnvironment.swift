#if !canImport(Darwin)
  // glibc declares `environ` as a plain variable; it is read once here, before anything could change it.
  @preconcurrency import Glibc
#endif

/// The environment this process was started with. Only `main` reads it; everybody else is given what it says.
public enum ProcessEnvironment {
  public static var current: [String: String] {
    #if canImport(Darwin)
      let start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = _NSGetEnviron().pointee
    #else
      let start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    #endif
    guard var entry = start else { return [:] }
    var variables: [String: String] = [:]
    while let text = entry.pointee {
      let assignment = String(cString: text)
      if let equals = assignment.firstIndex(of: "=") {
        // Where a name stands there twice, getenv(3) answers with the first.
        let name = String(assignment[..<equals])
        if variables[name] == nil { variables[name] = String(assignment[assignment.index(after: equals)...]) }
      }
      entry += 1
    }
    return variables
  }
}
