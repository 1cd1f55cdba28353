#if canImport(MachO)
  import MachO
#endif

/// Where the program that runs now is on disk: its real path, symbolic links followed. Nil where the system does not say.
public func pathOfThisProgram() -> FilePath? {
  #if canImport(Darwin)
    var size = UInt32(PATH_MAX)
    var buffer = [CChar](repeating: 0, count: Int(size))
    guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
    let name = buffer
  #else
    let name = Array("/proc/self/exe".utf8CString)
  #endif
  guard let path = realpath(name, nil) else { return nil }
  defer { free(path) }
  return FilePath(platformString: path)
}
