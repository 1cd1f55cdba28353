import Platform

/// One of the two streams that a person or a script reads.
///
/// A reader that went away (`| head`) is no error: the rest is dropped, and what the command was doing goes on.
public struct Screen: Sendable {
  public let descriptor: FileDescriptor

  public init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Results.
  public static let output = Screen(.standardOutput)
  /// Errors, warnings, hints and progress.
  public static let messages = Screen(.standardError)

  public var isTerminal: Bool { isatty(descriptor.rawValue) == 1 }

  /// Whether this process may use the terminal now: it has not been sent to the background. True for what is no terminal.
  public var isForeground: Bool {
    let owner = tcgetpgrp(descriptor.rawValue)
    return owner < 0 || owner == getpgrp()
  }

  /// Writes whole lines with one system call where the system allows, so that lines of several processes do not mix.
  public func show(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    _ = try? descriptor.writeAll((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Writes this and nothing else, all at once where the system allows.
  public func write(_ text: String) { if !text.isEmpty { _ = try? descriptor.writeAll(text.utf8) } }

  /// The same with text that is bytes already.
  public func write(_ bytes: [UInt8]) { if !bytes.isEmpty { _ = try? descriptor.writeAll(bytes) } }

  public func show(_ line: String) { show([line]) }
}
