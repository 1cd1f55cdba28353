/// Whether a process that this one started is dead, asked without reaping it: its number cannot name another process meanwhile, so
/// its group may still be signalled.
public enum ChildExit {
  public static func hasExited(_ pid: Int32) -> Bool {
    var information = siginfo_t()
    guard waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return errno == ECHILD }
    return information.si_signo != 0
  }

  /// Returns when it is dead, at that moment: a thread waits for it in the kernel. Not even a cancelled task returns before.
  public static func wait(for pid: Int32) async {
    if hasExited(pid) { return }
    let isWaiting = await withCheckedContinuation { continuation in
      do throws(Errno) {
        try startThread {
          var information = siginfo_t()
          while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
          continuation.resume(returning: true)
        }
      } catch { continuation.resume(returning: false) }
    }
    if isWaiting { return }
    // The system gives no thread.
    while !hasExited(pid) { await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value }
  }
}
