internal import CLibGit2

/// The version of libgit2 that this program runs with, such as `1.5.1`.
public func libGit2Version() -> String {
  var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
  _ = git_libgit2_version(&major, &minor, &patch)
  return "\(major).\(minor).\(patch)"
}
