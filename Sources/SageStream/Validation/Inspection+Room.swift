import Git
import Planning
import Platform

/// A writable place for worktrees, and disk for as many as there are workers.
extension Inspection {
  func room(_ target: RefName?, _ worktrees: [Worktree], _ examination: inout Examination) async {
    let root = project.worktreeRoot
    let resolved = project.resolvedWorktreeRoot
    let existing = worktrees.count { !$0.isMain && $0.exists && $0.path.starts(with: resolved) }
    var place = root
    while (try? FileStatus.of(place)) == nil, place.components.count > 0 { place.removeLastComponent() }
    if place.withPlatformString({ access($0, W_OK | X_OK) }) != 0 {
      examination.note(.worktrees, .notWritable(place, Errno(rawValue: errno)))
    } else {
      examination.note(.worktrees, .worktrees(root, existing: existing))
    }
    guard let target else { return }
    do {
      let checkout = try await measure(target)
      examination.note(
        .disk,
        .disk(
          Prerequisite.DiskNeed(
            workers: workers, existing: existing, bytes: checkout.bytes, files: checkout.files, space: try FileSystemSpace.of(place),
            folder: place)))
    } catch { examination.note(.disk, .failure(Failure(error, at: place))) }
  }

  /// As many as a run would use: what was asked for, but no more than there is work for.
  private var workers: Int {
    let wanted =
      switch wish.workers ?? project.settings.workers(for: .automatic) ?? .automatic {
      case .count(let count): count
      case .automatic: defaultWorkerCount(cores: processorCount())
      }
    return max(1, min(wanted, workable ?? wanted))
  }

  /// What one full checkout takes: the files of the target as they lie in the main work tree, after all filters; those that are
  /// not there (sparse, modified) count as the average of the others. Without a work tree, the sizes that git knows.
  private func measure(_ target: RefName) async throws -> (bytes: Int, files: Int) {
    func blocks(_ size: Int) -> Int { (size + 4095) / 4096 * 4096 }
    guard let workTree = project.layout.mainWorkTree else {
      let listing = try await project.git.run("ls-tree", "-r", "-l", "-z", target.rawValue).fields
      let sizes = listing.compactMap { field -> Int? in
        let words = field.prefix { $0 != UInt8(ascii: "\t") }.split(separator: UInt8(ascii: " "))
        return words.last.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
      }
      return (sizes.reduce(0) { $0 + blocks($1) }, listing.count)
    }
    let paths = try await project.git.run("ls-tree", "-r", "--name-only", "-z", target.rawValue).fields
    var (bytes, found) = (0, 0)
    for path in paths {
      guard let status = try? FileStatus.of(workTree.appending(bytes: Array(path))), status.kind != .directory else { continue }
      bytes += blocks(status.size)
      found += 1
    }
    return (found == 0 ? 0 : bytes / found * paths.count + bytes % found, paths.count)
  }
}
