import SageStream

/// Options of the contract that this version does not have. They are refused, because ignoring one would be worse: a push that did not
/// happen, a check that nobody ran. The one list; an entry goes when its option becomes real.
enum NotYet {
  static func check(_ flags: RunFlags) throws(Failure) {
    let asked: [(isAsked: Bool, option: String)] = [
      (flags.push, "--push")
    ]
    if let first = asked.first(where: { $0.isAsked }) {
      throw .usage("\(first.option) is not available yet in git-sage-stream \(version)")
    }
  }
}
