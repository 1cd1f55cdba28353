/// How many workers `--parallel` alone means: half the cores, at least 1 and at most 8.
public func defaultWorkerCount(cores: Int) -> Int { min(max(cores / 2, 1), 8) }
