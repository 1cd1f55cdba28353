/// Whether a process that this one started is dead, asked without reaping it: its number cannot name another process meanwhile, so
/// its group may still be signalled.
public enum ChildExit {
  public static func hasExited(_ pid: Int32) -> Bool {
    var information = siginfo_t()
    guard waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return errno == ECHILD }
    return information.si_signo != 0
  }

  /// Returns when it is dead, or this task is cancelled.
  ///
  /// For a child that is about to end: it is looked at often at first, and twenty times a second in the end.
  public static func wait(for pid: Int32) async {
    var pause = Duration.milliseconds(1)
    while !hasExited(pid), !Task.isCancelled {
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }
}
