"""The quick measurements; `Benchmarks/run --quick` builds the binary and calls this."""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import scratch
from measure import machine, median, once, seconds, show, write

FIXTURES = Path(__file__).parent.parent / "Tests" / "TicketsTests" / "Fixtures"


class Bench:
    """A binary to measure, and a folder for scratch repositories."""

    def __init__(self, binary, folder):
        self.binary = str(Path(binary).resolve())
        self.folder = Path(folder)
        self.made = 0
        # git finds us there, as it finds an installed subcommand: this binary, whatever its file is called.
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "git-sage-stream").symlink_to(self.binary)
        self.search_path = str(commands) + os.pathsep + os.environ["PATH"]

    def new_folder(self):
        """An empty folder for one repository and what lies beside it.

        It stays until everything has been measured: ext4 passes over inodes that were freed in the last minutes, one by one, so that
        each file made after a large removal may take fifteen times as long.
        """
        self.made += 1
        folder = self.folder / f"scratch-{self.made}"
        folder.mkdir()
        return folder

    def repository(self, index, files=0):
        return scratch.repository(self.new_folder() / "repository", index, files)

    def command(self, *arguments):
        return ["git", "sage-stream", *arguments]

    def run(self, repository, worker, workers, tickets):
        """Seconds of one whole run, started through git as a user would; every ticket must have landed."""
        parallel = [f"--parallel={workers}"] if workers > 1 else []
        took = seconds(self.command("--auto", *parallel, "--quiet", "--worker", worker), repository, PATH=self.search_path)
        trailers = ["git", "log", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main"]
        log = subprocess.run(trailers, cwd=repository, capture_output=True, text=True, check=True, env=scratch.environment())
        landed = len(set(log.stdout.split()))
        if landed != tickets:
            raise SystemExit(f"error: {landed} of {tickets} tickets landed in {repository}")
        return took

    def plan(self, index, tickets):
        """Ten whole processes of `plan --json`, in milliseconds, after one whose answer is looked at."""
        repository = self.repository(index)
        command = [self.binary, "plan", "--json"]
        answer = json.loads(subprocess.run(command, cwd=repository, capture_output=True, check=True, env=scratch.environment()).stdout)
        planned = sum(len(wave) for wave in answer["waves"])
        if planned != tickets:
            raise SystemExit(f"error: {planned} tickets in the waves of a plan that should have {tickets}")
        return [1000 * seconds(command, repository) for _ in range(10)]


def starting(bench):
    values = [1000 * seconds([bench.binary, "--version"], bench.folder) for _ in range(20)]
    yield median("starting: --version", values, "ms", bound=10)


def planning(bench):
    fixture = (FIXTURES / "skeleton-133.json").read_text()
    yield median("planning: a real queue of 133", bench.plan(fixture, tickets=48), "ms", bound=50)
    generated = scratch.queue(scratch.layered(10_000, dependencies=3))
    yield median("planning: 10,000 with 3 dependencies each", bench.plan(generated, tickets=10_000), "ms", bound=300)


def orchestration(bench):
    """All that is not the worker, one ticket after the other: slot reset, start, harvest, landing."""
    count, worker = 40, 'echo x > "$SAGE_TICKET_ID.txt"'
    repository = bench.repository(scratch.queue(scratch.independent(count)), files=1000)
    wall = bench.run(repository, worker, workers=1, tickets=count)
    alone = [seconds(["/bin/sh", "-c", worker], bench.folder, SAGE_TICKET_ID="alone") for _ in range(count)]
    yield once("orchestration: per ticket at 1,000 files", 1000 * (wall - sum(alone)) / count, "ms", bound=60)


def speedup(bench, tickets, workers, bound):
    """The same tickets, which each sleep for 2 s and write a file, one after the other and in parallel."""
    worker = 'sleep 2; echo done > "$SAGE_TICKET_ID.txt"'
    name = f"speedup: {tickets} x 2 s"
    index = scratch.queue(scratch.independent(tickets))
    alone = bench.run(bench.repository(index), worker, workers=1, tickets=tickets)
    together = bench.run(bench.repository(index), worker, workers=workers, tickets=tickets)
    yield once(f"{name}, 1 worker", alone, "s")
    yield once(f"{name}, {workers} workers", together, "s")
    yield once(f"{name}, {workers} workers against 1", alone / together, "x", bound=bound, at_least=True)


def speedup_nine(bench):
    yield from speedup(bench, tickets=9, workers=3, bound=2.9)


def speedup_ten(bench):
    yield from speedup(bench, tickets=10, workers=4, bound=2.5)


def hook(bench):
    """The pre-push hook as git calls it: with nothing to say, and on 1,000 commits that land a ticket each."""
    count = 1000
    repository = bench.repository(scratch.queue([ticket | {"state": "COMPLETED"} for ticket in scratch.independent(count)]), files=10_000)
    remote = repository.parent / "remote.git"

    def git(*arguments):
        command = ["git", "-C", str(repository), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=scratch.environment()).stdout.strip()

    git("init", "-q", "--bare", str(remote))
    git("remote", "add", "origin", str(remote))
    git("push", "-q", "origin", "main")
    before = git("rev-parse", "main")
    scratch.landings(repository, count, files=10_000)
    after = git("rev-parse", "main")
    git("gc", "-q")
    command = [bench.binary, "hook", "pre-push", "origin", str(remote)]
    lines = f"refs/heads/main {after} refs/heads/main {before}\n"
    # A hook that looks at nothing would be fast, too.
    broken = f"refs/heads/sage/x {after} refs/heads/sage/x {'0' * 40}\n"
    refused = subprocess.run(command, cwd=repository, input=broken, text=True, capture_output=True, env=scratch.environment())
    if refused.returncode != 1 or "sage/x is work that was set aside" not in refused.stderr:
        raise SystemExit(f"error: status {refused.returncode} from a push that is to be refused\n{refused.stderr}")
    starts = [1000 * seconds([bench.binary, "--version"], repository) for _ in range(10)]
    yield median("hook: only --version, for comparison", starts, "ms")
    yield median("hook: nothing to push", [1000 * seconds(command, repository) for _ in range(10)], "ms")
    pushes = [1000 * seconds(command, repository, lines) for _ in range(10)]
    yield median("hook: 1,000 pushed commits of 10,000 files", pushes, "ms", bound=300)


CASES = [starting, planning, orchestration, speedup_nine, speedup_ten, hook]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="sage-stream-bench-") as folder:
        bench = Bench(wanted.binary, folder)
        figures = [figure for case in CASES if case.__name__.startswith(wanted.only) for figure in case(bench)]
    facts = machine(bench.binary)
    show(facts, figures)
    write(wanted.output, facts, figures)


if __name__ == "__main__":
    main()
