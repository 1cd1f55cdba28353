/// Divides `0..<count` into ranges of about the same length and works on all of them side by side.
///
/// For work that a processor or the kernel does, not for work that waits: each part holds a thread of the task pool while it lasts.
///
/// - Parameter parts: how many ranges, at least one; fewer where `count` is less.
/// - Returns: the answers in the order of the ranges.
public func inParallel<Answer: Sendable>(
  _ count: Int, parts: Int, _ body: @Sendable @escaping (Range<Int>) -> Answer
) async -> [Answer] {
  let parts = max(1, min(parts, count))
  if parts == 1 { return [body(0..<count)] }
  return await withTaskGroup(of: (Int, Answer).self) { group in
    for part in 0..<parts {
      group.addTask { (part, body(part * count / parts..<(part + 1) * count / parts)) }
    }
    var answers = [Answer?](repeating: nil, count: parts)
    for await (part, answer) in group { answers[part] = answer }
    return answers.compactMap { $0 }
  }
}
