import Git
import Platform
import Terminal

SignalStream.ignoreBrokenPipes()
useOneHeap()
let status = await CommandLineTool(environment: ProcessEnvironment.current).run(Array(CommandLine.arguments.dropFirst()))
exit(status)
