// The one place that knows which operating system this is: every other file imports `Platform` and gets the same names
// (`FilePath`, `FileDescriptor`, `Errno`, the C library).

#if canImport(Darwin)
  @_exported import Darwin
  @_exported import System

  /// What `opendir` gives.
  public typealias FolderHandle = UnsafeMutablePointer<DIR>
#else
  @_exported import Glibc
  @_exported import SystemPackage

  /// What `opendir` gives.
  public typealias FolderHandle = OpaquePointer
#endif
