/// A process that can be recognised later: a pid alone may be another process by then, a pid with its start time cannot.
public struct ProcessIdentity: Hashable, Sendable, CustomStringConvertible {
  public let pid: Int32
  /// Opaque: differs between two processes that had the same pid, and between boots.
  public let startTime: String

  public init(pid: Int32, startTime: String) {
    self.pid = pid
    self.startTime = startTime
  }

  /// The identity of a running process, or nil where there is none with that pid (a zombie counts as none).
  public init?(of pid: Int32) {
    guard let startTime = Self.startTime(of: pid) else { return nil }
    self.pid = pid
    self.startTime = startTime
  }

  public static var current: ProcessIdentity { ProcessIdentity(of: getpid()) ?? ProcessIdentity(pid: getpid(), startTime: "") }

  /// Whether exactly this process still runs.
  public var isAlive: Bool { Self.startTime(of: pid) == startTime }

  public var description: String { "\(pid)" }

  #if canImport(Darwin)
    private static func startTime(of pid: Int32) -> String? {
      var info = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, size) == size, info.pbi_status != UInt32(SZOMB) else { return nil }
      return "\(info.pbi_start_tvsec).\(info.pbi_start_tvusec)"
    }
  #else
    private static func startTime(of pid: Int32) -> String? {
      // proc(5): field 2 is the command in brackets and may hold anything, so count from the last bracket:
      // field 3 is the state, field 22 the start in clock ticks since boot.
      guard let text = try? File.readText(FilePath("/proc/\(pid)/stat")), let bracket = text.lastIndex(of: ")") else { return nil }
      let fields = text[text.index(after: bracket)...].split(separator: " ")
      guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
      return "\(fields[19])@\(bootID)"
    }

    private static let bootID: String = {
      let text = (try? File.readText("/proc/sys/kernel/random/boot_id")) ?? nil
      return String((text ?? "").prefix(8))
    }()
  #endif

  /// Sends a signal to this process, or with `group` to the process group that it leads; a process that is gone is fine.
  public func signal(_ number: Int32, group: Bool = false) {
    guard pid > 1 else { return }
    _ = kill(group ? -pid : pid, number)
  }

  /// Processes whose working folder is `folder` or below it, found by asking the kernel about every process.
  /// Empty where the kernel does not tell (another user's processes).
  public static func working(in folder: FilePath) -> [ProcessIdentity] {
    #if canImport(Darwin)
      let count = proc_listallpids(nil, 0)
      guard count > 0 else { return [] }
      var pids = [Int32](repeating: 0, count: Int(count) + 64)
      let found = proc_listallpids(&pids, Int32(pids.count * MemoryLayout<Int32>.size))
      return pids.prefix(Int(max(0, found))).compactMap { pid in
        var info = proc_vnodepathinfo()
        let size = Int32(MemoryLayout<proc_vnodepathinfo>.size)
        guard proc_pidinfo(pid, PROC_PIDVNODEPATHINFO, 0, &info, size) == size else { return nil }
        let isBelow = withUnsafePointer(to: &info.pvi_cdir.vip_path) {
          $0.withMemoryRebound(to: CChar.self, capacity: Int(MAXPATHLEN)) { isPath($0, in: folder) }
        }
        return isBelow ? ProcessIdentity(of: pid) : nil
      }
    #else
      guard let names = try? Folder.names(in: "/proc") else { return [] }
      var buffer = [CChar](repeating: 0, count: 4097)
      return names.compactMap { name in
        guard let pid = Int32(String(decoding: name, as: UTF8.self)) else { return nil }
        let length = readlink("/proc/\(pid)/cwd", &buffer, 4096)
        guard length > 0 else { return nil }
        buffer[length] = 0
        return isPath(buffer, in: folder) ? ProcessIdentity(of: pid) : nil
      }
    #endif
  }

  /// Whether a path as the kernel writes it is the folder or below it. Asked for every process of the machine after every attempt, so no
  /// `FilePath` is taken apart for it.
  private static func isPath(_ path: UnsafePointer<CChar>, in folder: FilePath) -> Bool {
    folder.withPlatformString { folder in
      let length = strlen(folder)
      return strncmp(path, folder, length) == 0 && (path[length] == 0 || path[length] == CChar(bitPattern: UInt8(ascii: "/")))
    }
  }
}

/// This machine's name, for messages.
public func hostName() -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// How many processors this machine offers to this process.
public func processorCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
