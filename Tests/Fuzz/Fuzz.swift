import Platform

/// What libFuzzer calls with each input; `SAGE_STREAM_FUZZ` says which of the three readers gets it. See ../fuzz.sh.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch target {
  case "queue": fuzzQueue(bytes)
  case "push": fuzzPushLines(bytes)
  case "journal": fuzzJournal(bytes)
  default: preconditionFailure("SAGE_STREAM_FUZZ names no target")
  }
  return 0
}

private let target = getenv("SAGE_STREAM_FUZZ").map { String(cString: $0) } ?? ""

/// Says what does not hold and ends the program, which libFuzzer reports together with the input. (A `preconditionFailure` of an optimized
/// build says nothing.)
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
  if holds { return }
  _ = try? FileDescriptor.standardError.writeAll(Array("broken promise: \(what())\n".utf8))
  abort()
}
