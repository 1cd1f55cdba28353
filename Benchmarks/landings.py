"""Landing prepared work: the same independent one-file commits, brought onto main by us and by what else could do it."""

import json
import shutil
import statistics
import subprocess

import scratch
from measure import median, once, seconds

RUN = "20260101T000000-0001"

EACH = "while read -r commit; do git cherry-pick \"$commit\" >/dev/null || exit 1; done <../commits"
TOGETHER = "git cherry-pick $(cat ../commits) >/dev/null"
# git's own merge in memory, from a shell: two processes a commit, one reference update and one checkout at the end.
SHELL = """
start=$(git rev-parse HEAD) && tip=$start
while read -r commit; do
  tree=$(git merge-tree --write-tree "$tip" "$commit") || exit 1
  tip=$(git log -1 --format=%B "$commit" | git commit-tree "$tree" -p "$tip") || exit 1
done <../commits
git read-tree -m -u "$start" "$tip" && git update-ref refs/heads/main "$tip" "$start"
"""
STGIT = "stg init && while read -r commit; do stg pick \"$commit\" >/dev/null || exit 1; done <../commits"


class Prepared:
    """A repository with finished, anchored submissions that have not landed, as an interrupted run leaves them.

    The queue is not tracked: no competitor writes ticket states into the commits.
    """

    def __init__(self, folder, files, count):
        self.folder, self.count = folder, count
        index = scratch.queue(scratch.independent(count))
        self.path = scratch.repository(folder / "repository", index, files, is_tracked=False)
        self.base = self.git("rev-parse", "main")
        self.tips = scratch.submissions(self.path, RUN, count, files)
        (folder / "commits").write_text("".join(tip + "\n" for tip in self.tips))
        self.objects = self.listed()
        self.index = index

    def git(self, *arguments):
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, text=True, check=True, env=scratch.environment())
        return done.stdout.strip()

    def listed(self):
        objects = self.path / ".git" / "objects"
        return {path for path in objects.rglob("*") if path.is_file()}

    def restore(self, *settings):
        """Everything as before the first landing: no object that one measurement has written is found there by the next."""
        subprocess.run("git stg branch --cleanup", shell=True, cwd=self.path, capture_output=True, env=scratch.environment())
        self.git("reset", "-q", "--hard", self.base)
        for path in self.listed() - self.objects:
            path.unlink()
        (self.path / ".sage" / "tickets" / "index.json").write_text(self.index)
        state = self.path / ".git" / "sage-stream"
        shutil.rmtree(state, ignore_errors=True)
        folder = state / "runs" / RUN
        folder.mkdir(parents=True)
        with open(folder / "journal.jsonl", "w") as journal:
            for line in self.journal():
                journal.write(json.dumps(line) + "\n")
        for name in ("landLimit", "engine"):
            subprocess.run(["git", "config", "--unset", f"sageStream.{name}"], cwd=self.path, env=scratch.environment())
        for name, value in settings:
            self.git("config", f"sageStream.{name}", value)

    def journal(self):
        head = {"schema_version": 1, "time": "2026-01-01T00:00:00.000Z", "run": RUN}
        tickets = [f"T-{number}" for number in range(1, self.count + 1)]
        yield head | {
            "event": "run.started", "seq": 1, "pid": 2, "start_time": "gone", "target": "refs/heads/main", "tip": self.base, "workers": 1,
            "worker": "false", "schedule": "flow", "tickets": tickets,
            "index": str(self.path / ".sage" / "tickets" / "index.json"),
        }
        for number, (ticket, tip) in enumerate(zip(tickets, self.tips)):
            yield head | {
                "event": "submission.anchored", "seq": number + 2, "ticket": ticket, "attempt": 1, "from_run": RUN, "base": self.base,
                "tip": tip, "ref": f"refs/sage-stream/attempts/{ticket}/{RUN}.1", "message": ticket, "slot": 1,
            }

    def landed(self):
        return int(self.git("rev-list", "--count", f"{self.base}..main"))


def landing(bench, files, count, repeats=3, is_full=False):
    prepared = Prepared(bench.new_folder(), files, count)
    ours = bench.command("--auto", "--quiet", "--worker", "false")
    # The slow ones take seconds, and are as steady with fewer repeats.
    few = repeats if is_full else 1
    ways = [
        ("ours, grouped", ours, (), repeats),
        ("ours, one ref update each", ours, (("landLimit", "1"),), few),
        ("ours, git alone", ours, (("engine", "git"),), few),
        ("git cherry-pick, one for each", ["sh", "-c", EACH], (), few),
        ("git cherry-pick, one for all", ["sh", "-c", TOGETHER], (), repeats),
        ("merge-tree + commit-tree", ["sh", "-c", SHELL], (), few),
    ]
    if shutil.which("stg") and is_full:
        ways.append(("stg pick, one for each", ["sh", "-c", STGIT], (), 1))
    rates = {}
    for name, command, settings, times in ways:
        taken = []
        for _ in range(times):
            prepared.restore(*settings)
            taken.append(seconds(command, prepared.path, PATH=bench.search_path))
            if prepared.landed() != count:
                raise SystemExit(f"error: {prepared.landed()} of {count} landed by {name}")
        rates[name] = [count / value for value in taken]
        yield median(f"landing {count} at {files:,} files: {name}", rates[name], "/s")
    best = {name: sorted(values)[len(values) // 2] for name, values in rates.items()}
    each, together = best["git cherry-pick, one for each"], best["git cherry-pick, one for all"]
    grouped, singly = best["ours, grouped"], best["ours, one ref update each"]
    bounds = {"bound": None} if files != 10_000 else None

    def ratio(name, value, bound):
        return once(f"landing at {files:,} files: {name}", value, "x", **(bounds or {"bound": bound, "at_least": True}))

    yield ratio("grouped / cherry-pick each", grouped / each, 25)
    yield ratio("grouped / cherry-pick for all", grouped / together, 12)
    yield ratio("one ref update each / cherry-pick each", singly / each, 9)
    yield ratio("one ref update each / cherry-pick for all", singly / together, 5)


def over_size(bench, repeats=5):
    """Landing must not depend on the size of the repository: the rates at two sizes with as many submissions of both, and the rate at which
    further submissions land, in which what a run does only once (starting, the lock, one `read-tree` of all files) is not."""
    ours = bench.command("--auto", "--quiet", "--worker", "false")
    took = {}
    for files in (1_000, 50_000):
        for count in (60, 200):
            prepared = Prepared(bench.new_folder(), files, count)
            times = []
            for _ in range(repeats):
                prepared.restore()
                times.append(seconds(ours, prepared.path, PATH=bench.search_path))
                if prepared.landed() != count:
                    raise SystemExit(f"error: {prepared.landed()} of {count} landed")
            took[files, count] = statistics.median(times)
            yield median(f"equal counts: landing {count} at {files:,} files, grouped", [count / time for time in times], "/s")
    bound = {"bound": 0.9, "at_least": True}
    for count in (60, 200):
        yield once(f"landing {count}: rate at 50,000 files / at 1,000", took[1_000, count] / took[50_000, count], "x", **bound)
    further = {files: 140 / (took[files, 200] - took[files, 60]) for files in (1_000, 50_000)}
    for files, rate in further.items():
        yield once(f"landing 140 more at {files:,} files", rate, "/s")
    yield once("landing 140 more: rate at 50,000 files / at 1,000", further[50_000] / further[1_000], "x", **bound)
