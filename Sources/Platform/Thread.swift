/// Runs `body` on a new thread, for calls that block and must not take a thread of the task pool away.
///
/// - Throws: `Errno` where the system gives no thread; `body` then never runs.
func startThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
  let argument = Unmanaged.passRetained(Body(body)).toOpaque()
  #if canImport(Darwin)
    var thread: pthread_t?
    let answer = pthread_create(&thread, nil, { runBody($0) }, argument)
    if answer == 0, let thread { pthread_detach(thread) }
  #else
    var thread = pthread_t()
    let answer = pthread_create(&thread, nil, { $0.flatMap(runBody) }, argument)
    if answer == 0 { pthread_detach(thread) }
  #endif
  if answer != 0 {
    Unmanaged<Body>.fromOpaque(argument).release()
    throw Errno(rawValue: answer)
  }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
