"""From the end of one worker to the start of the next in a reset slot, and what one more ticket costs."""

import json
import statistics
import subprocess
from datetime import datetime

import scratch
from measure import median, once, seconds

WORKER = 'echo x > "$SAGE_TICKET_ID.txt"'


def between_workers(repository):
    """Milliseconds from each worker's end to the start of the next, from the journal of the last run."""
    journal = max((repository / ".git" / "sage-stream" / "runs").iterdir()) / "journal.jsonl"
    gaps, ended = [], None
    for line in journal.read_text().splitlines():
        event = json.loads(line)
        time = datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        if event["event"] == "worker.started" and ended:
            gaps.append(1000 * (time - ended))
        if event["event"] == "worker.exited":
            ended = time
    return gaps


def turnaround(bench, files):
    count = 20
    repository = bench.repository(scratch.queue(scratch.independent(count)), files)
    bench.run(repository, WORKER, workers=1, tickets=count)
    ours = between_workers(repository)
    yield median(f"turnaround at {files:,} files: ours, harvest and landing included", ours, "ms")

    # What other orchestrators do for each ticket.
    place = repository.parent / "place"
    git = ["git", "-C", str(repository)]
    taken = []
    for _ in range(3):
        added = seconds([*git, "worktree", "add", "-q", "--detach", str(place)], repository)
        taken.append(1000 * (added + seconds([*git, "worktree", "remove", "--force", str(place)], repository)))
    yield median(f"turnaround at {files:,} files: git worktree add + remove", taken, "ms")
    bound = {"bound": 8, "at_least": True} if files == 10_000 else {}
    yield once(f"turnaround at {files:,} files: worktree add + remove / ours", statistics.median(taken) / statistics.median(ours), "x", **bound)

    # git's own floor: the same worktree, from one commit to one that differs in a file, and nothing untracked left.
    subprocess.run([*git, "worktree", "add", "-q", "--detach", str(place)], check=True, env=scratch.environment())
    script = 'git reset -q --hard "$1" && git clean -fdq'
    floor = [1000 * seconds(["sh", "-c", script, "sh", commit], place) for commit in ["main~1", "main"] * 5]
    yield median(f"turnaround at {files:,} files: git reset --hard + git clean alone", floor, "ms")
    bound = {"bound": 1.3} if files == 50_000 else {}
    yield once(f"turnaround at {files:,} files: ours / reset --hard + clean", statistics.median(ours) / statistics.median(floor), "x", **bound)


def one_more_ticket(bench):
    """All that is not the worker, one ticket after the other: slot reset, start, harvest, landing. Two runs that differ in their length."""
    few, many, costs = 5, 45, {}
    for files in (1_000, 20_000):
        times = {}
        for count in (few, many):
            repository = bench.repository(scratch.queue(scratch.independent(count)), files)
            times[count] = bench.run(repository, WORKER, workers=1, tickets=count)
        alone = statistics.median(seconds(["/bin/sh", "-c", WORKER], bench.folder, SAGE_TICKET_ID="alone") for _ in range(20))
        costs[files] = 1000 * ((times[many] - times[few]) / (many - few) - alone)
        yield once(f"one more ticket at {files:,} files", costs[files], "ms", **({"bound": 60} if files == 1_000 else {}))
    yield once("one more ticket: at 20,000 files / at 1,000", costs[20_000] / costs[1_000], "x", bound=4)
