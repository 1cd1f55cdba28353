import ArgumentParser

/// Whether a page is wanted, and shown at once.
struct PageFlags: ParsableArguments {
  @Flag(name: .customLong("html"), help: "Write a page of one file and print its path on the last line.")
  var isHTML = false
  @Flag(name: .customLong("open"), help: "Show the page in the browser (git's web.browser); implies --html.")
  var opens = false

  var isWanted: Bool { isHTML || opens }
}
