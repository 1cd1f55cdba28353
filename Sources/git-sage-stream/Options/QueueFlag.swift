import ArgumentParser

/// Where the queue is.
struct QueueFlag: ParsableArguments {
  @Option(
    name: .customLong("index"), help: .init("Read this queue instead of that of the main work tree.", valueName: "path")
  )
  var path: String?
}
