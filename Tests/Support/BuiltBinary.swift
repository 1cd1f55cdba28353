import Platform

/// The git-sage-stream that was built beside the tests.
public enum BuiltBinary {
  /// Nil where the test was built without it.
  public static let path: FilePath? = {
    var folder = testImage
    while !folder.removingLastComponent().isEmpty, folder.removingLastComponent() != folder {
      folder = folder.removingLastComponent()
      let binary = folder.appending("git-sage-stream")
      if (try? FileStatus.of(binary))?.kind == .file { return binary }
    }
    return nil
  }()

  /// The file that this code was loaded from.
  private static var testImage: FilePath {
    #if canImport(Darwin)
      var info = Dl_info()
      guard dladdr(#dsohandle, &info) != 0, let name = info.dli_fname else { return FilePath(CommandLine.arguments[0]) }
      return FilePath(platformString: name)
    #else
      var buffer = [CChar](repeating: 0, count: 4097)
      guard readlink("/proc/self/exe", &buffer, 4096) > 0 else { return FilePath(CommandLine.arguments[0]) }
      return FilePath(platformString: buffer)
    #endif
  }
}
