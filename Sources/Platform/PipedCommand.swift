/// A shell command that reads what we write: a pager.
public enum PipedCommand {
  /// Runs a command with `bytes` as its standard input and waits for it; its output and error are ours. A reader that ends early is no error.
  ///
  /// Ctrl-C is the command's while it runs: whoever ends first must not leave the other one with the terminal.
  ///
  /// - Returns: false where it could not be started, or the shell did not find it; nothing has been shown then.
  public static func run(_ command: String, input bytes: [UInt8]) -> Bool {
    guard let stream = popen(command, "w") else { return false }
    let previous = signal(SIGINT, SIG_IGN)
    _ = try? FileDescriptor(rawValue: fileno(stream)).writeAll(bytes)
    let status = pclose(stream)
    _ = signal(SIGINT, previous)
    let exit = (status >> 8) & 0xff
    return status != -1 && exit != 126 && exit != 127
  }
}
