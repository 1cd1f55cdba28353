"""The soak: a long run under everything that can go wrong at once, and a look at what is left. By hand, never by continuous integration.

    python3 Benchmarks/soak.py --tickets 150               about ten minutes
    python3 Benchmarks/soak.py --tickets 1000 --disk 400   the whole; --disk needs root (a tmpfs of so many MB that fills and is enlarged)

N workers do the tickets; of the attempts --crash per cent die of a signal, --hang per cent hang into the timeout. Every few seconds the whole
tool is killed with SIGKILL and started again. Meanwhile a user edits and stages files, commits to main and stashes, and `git gc` runs in a
loop. Afterwards: every ticket is in exactly one state and its commits are on main exactly once or not at all, what workers produced is reachable,
the user's commits, changes and stashes are there, no lock or temporary file of ours is left, and `git fsck` finds nothing.

Prints what happened and ends with 1 where anything is lost. The same seed makes the same decisions; times differ.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import scratch

WORKER = r"""#!/bin/sh
# One ticket: writes its file (in one or two commits, or uncommitted), and notes each thing that it committed.
set -e
n=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
sleep "$(awk "BEGIN { print 0.05 + $n % 100 / 400 }")"
mkdir -p work
echo "$SAGE_TICKET_ID attempt" >"work/$SAGE_TICKET_ID.txt"
if [ $((n % 100)) -lt CRASH ]; then kill -SEGV $$; fi
if [ $((n % 100)) -lt $((CRASH + HANG)) ]; then exec sleep 1000; fi
if [ $((n % 3)) -eq 0 ]; then
  git add work && git commit -qm "part of $SAGE_TICKET_ID"
  git rev-parse HEAD >>"NOTES/$SAGE_TICKET_ID"
  echo more >>"work/$SAGE_TICKET_ID.txt"
fi
"""


class Soak:
    def __init__(self, options, folder):
        self.options = options
        self.random = random.Random(options.seed)
        self.folder = folder
        self.repository = folder / "disk" / "repository"
        self.notes = folder / "notes"
        self.environment = scratch.environment(
            PATH=f"{Path(options.binary).parent}:{os.environ['PATH']}", HOME=str(folder), LC_ALL="C")
        self.stop = threading.Event()
        self.count = Counter()
        self.users_commits = []
        self.users_stashes = []
        self.users_lock = threading.Lock()
        self.problems = []
        # Several threads stand in for several people; only one of them types git commands that write at a time.
        self.typing = threading.Lock()

    def git(self, *arguments, check=True, text=True):
        return subprocess.run(
            ["git", "-C", str(self.repository), *arguments], env=self.environment, check=check, text=text,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    # What there is at the start

    def prepare(self):
        self.notes.mkdir(parents=True)
        disk = self.folder / "disk"
        disk.mkdir()
        if self.options.disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.options.disk}m", "soak", str(disk)], check=True)
        draw = random.Random(self.options.seed)
        tickets = [
            scratch.ticket(number, draw.sample(range(max(1, number - 40), number), min(draw.choice((0, 0, 1, 2)), number - 1)))
            for number in range(1, self.options.tickets + 1)
        ]
        scratch.repository(self.repository, scratch.queue(tickets), files=200)
        for name in ("mine.txt", "staged.txt", "stashed.txt"):
            (self.repository / name).write_text(f"{name}\n")
        self.git("add", ".")
        self.git("commit", "-qm", "The user's files")
        worker = self.folder / "worker"
        worker.write_text(
            WORKER.replace("CRASH", str(self.options.crash)).replace("HANG", str(self.options.hang)).replace("NOTES", str(self.notes)))
        worker.chmod(0o755)
        for key, value in {
            "worker": str(worker), "timeout": "3s", "grace": "1s", "maxFailures": "1000000", "lockTimeout": "20",
        }.items():
            self.git("config", f"sageStream.{key}", value)

    # What goes on meanwhile

    def user(self):
        """Edits, stages, commits and stashes; a command that git refuses because of a lock is typed again later, as people do."""
        number = 0
        while not self.stop.wait(0.2 + self.random.random()):
            number += 1
            with self.typing:
                try:
                    self.type(number)
                except OSError:
                    # The disk is full; what could not be written was never there.
                    self.count["full disks that the user met"] += 1

    def type(self, number):
        (self.repository / "mine.txt").write_text(f"mine {number}\n")
        (self.repository / f"untracked-{number % 5}.txt").write_text(f"untracked {number}\n")
        if number % 3 == 0:
            path = self.repository / "users" / f"{number}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{number}\n")
            self.git("add", str(path), check=False)
            made = self.git("commit", "-qm", f"User {number}", "--", str(path), check=False)
            if made.returncode == 0:
                self.users_commits.append((f"User {number}", f"users/{number}.txt"))
        elif number % 7 == 0:
            (self.repository / "stashed.txt").write_text(f"stashed {number}\n")
            if self.git("stash", "push", "-q", "-m", f"stash {number}", "--", "stashed.txt", check=False).returncode == 0:
                self.users_stashes.append(f"stash {number}")

    def collector(self):
        while not self.stop.wait(2):
            self.git("gc", "--quiet", "--prune=now" if self.options.prune else "--auto", check=False)
            self.count["git gc"] += 1

    def disk(self):
        """Fills the disk, waits for the tool to notice, and enlarges it again."""
        size = self.options.disk
        filler = self.folder / "disk" / "filler"
        while not self.stop.wait(15):
            try:
                with open(filler, "wb") as file:
                    while True:
                        file.write(b"\0" * (1 << 16))
                        file.flush()
            except OSError:
                pass
            self.count["full disks"] += 1
            self.stop.wait(4)
            size += self.options.disk // 4
            subprocess.run(["mount", "-o", f"remount,size={size}m", str(self.folder / "disk")], check=False)
            filler.unlink(missing_ok=True)

    # The tool, again and again

    def states(self):
        text = (self.repository / ".sage/tickets/index.json").read_text()
        return {ticket["id"]: ticket.get("state", "UNPROCESSED") for ticket in json.loads(text)["tickets"]}

    def run(self):
        deadline = time.monotonic() + self.options.limit
        while time.monotonic() < deadline:
            command = ["git", "sage-stream", "--auto", f"--parallel={self.options.workers}"]
            with open(self.folder / "log", "ab") as log:
                tool = subprocess.Popen(command, cwd=self.repository, env=self.environment, stdout=log, stderr=log, start_new_session=True)
                patience = self.random.uniform(2, 2 * self.options.every)
                try:
                    status = tool.wait(timeout=patience)
                    self.count[f"ended with {status}"] += 1
                except subprocess.TimeoutExpired:
                    # git and the tool; workers and git children live on, each in a group of its own.
                    os.killpg(tool.pid, signal.SIGKILL)
                    tool.wait()
                    self.count["killed"] += 1
                    continue
            # What hung or crashed before a kill is not this run's to answer for: it may end with 0 although tickets wait to be tried again.
            if status in (0, 1) and not self.retry():
                return True
        return False

    def retry(self):
        """Tickets that crashed or hung are tried again, as long as there is time for it; says whether there were any."""
        failed = [ticket for ticket, state in self.states().items() if state == "DEFERRED"]
        if not failed or self.count["rounds of retries"] >= self.options.rounds:
            return False
        self.count["rounds of retries"] += 1
        for ticket in failed:
            if self.git("sage-stream", "retry", ticket, check=False).returncode == 0:
                self.count["retries"] += 1
        return True

    # What is left

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def check(self):
        answer = self.git("sage-stream", "validate", "--repair", check=False)
        self.expect(answer.returncode == 0, f"validate --repair ends with {answer.returncode}: {answer.stderr}")
        again = self.git("sage-stream", "validate", "--repair", check=False).stdout
        self.expect(again.startswith("nothing had to be mended"), f"a second repair finds something: {again[:300]}")
        states = self.states()
        self.expect(
            sorted(states) == sorted(f"T-{n}" for n in range(1, self.options.tickets + 1)), "tickets have come or gone")
        log = self.git("log", "--format=%H%x09%(trailers:key=Sage-Ticket,valueonly,separator=)%x09%(trailers:key=Sage-Run,valueonly,separator=)", "main").stdout
        runs = {}
        for line in log.splitlines():
            commit, ticket, run = (line.split("\t") + ["", ""])[:3]
            if ticket:
                runs.setdefault(ticket, set()).add(run)
        tree = set(self.git("ls-tree", "-r", "--name-only", "main").stdout.splitlines())
        for ticket, state in sorted(states.items()):
            landed = len(runs.get(ticket, ()))
            has_file = f"work/{ticket}.txt" in tree
            if state == "COMPLETED":
                self.expect(landed == 1 and has_file, f"{ticket} is COMPLETED and has landed {landed} times")
            elif state in ("DEFERRED", "UNPROCESSED"):
                self.expect(landed == 0 and not has_file, f"{ticket} is {state} and has landed {landed} times")
            else:
                self.problems.append(f"{ticket} is {state}")
        reachable = set(self.git("rev-list", "--all", "--reflog").stdout.split())
        made = [line for note in self.notes.iterdir() for line in note.read_text().split()]
        lost = [commit for commit in made if commit not in reachable]
        self.expect(not lost, f"{len(lost)} of {len(made)} commits of workers are lost")
        self.count["commits of workers"] = len(made)
        subjects = set(self.git("log", "--format=%s", "main").stdout.splitlines())
        for subject, path in self.users_commits:
            self.expect(subject in subjects and path in tree, f"the user's commit '{subject}' is lost")
        stashes = self.git("stash", "list").stdout
        for stash in self.users_stashes:
            self.expect(re.search(rf"{stash}$", stashes, re.M), f"the user's {stash} is lost")
        mine = self.git("status", "--porcelain").stdout.splitlines()
        strange = [line for line in mine if not re.match(r"( M mine\.txt|\?\? untracked-\d\.txt|.. users/.*|.. stashed\.txt|\?\? users/)$", line)]
        self.expect(not strange, f"the checkout differs from main: {strange[:5]}")
        fsck = self.git("fsck", "--strict", "--no-dangling", "--no-progress", check=False)
        self.expect(fsck.returncode == 0, f"git fsck: {fsck.stdout}{fsck.stderr}")
        left = [str(path) for path in (self.repository / ".git").rglob("*") if re.search(r"\.lock$|\.tmp\.|index\.sage-stream", path.name)]
        left = [path for path in left if not path.endswith("sage-stream/queue.lock")]
        self.expect(not left, f"left behind: {left[:5]}")
        self.count.update({f"tickets {state}": number for state, number in Counter(states.values()).items()})
        self.count["the user's commits"] = len(self.users_commits)
        self.count["the user's stashes"] = len(self.users_stashes)

    def soak(self):
        self.prepare()
        began = time.monotonic()
        meanwhile = [self.user, self.collector] + ([self.disk] if self.options.disk else [])
        threads = [threading.Thread(target=work) for work in meanwhile]
        for thread in threads:
            thread.start()
        finished = self.run()
        self.stop.set()
        for thread in threads:
            thread.join()
        if self.options.disk:
            (self.folder / "disk" / "filler").unlink(missing_ok=True)
            subprocess.run(["mount", "-o", f"remount,size={self.options.disk * 40}m", str(self.folder / "disk")], check=False)
        self.expect(finished, f"not finished after {self.options.limit} s")
        for _ in range(5):
            last = self.git("sage-stream", "--auto", f"--parallel={self.options.workers}", check=False)
            if last.returncode in (0, 1):
                break
        self.check()
        print(f"{self.options.tickets} tickets, {self.options.workers} workers, seed {self.options.seed}: {time.monotonic() - began:.0f} s")
        for name, number in sorted(self.count.items()):
            print(f"  {number:6}  {name}")
        for problem in self.problems[:40]:
            print(f"LOST: {problem}")
        print("nothing is lost" if not self.problems else f"{len(self.problems)} problems; everything is kept in {self.folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--crash", type=int, default=10, help="of a hundred attempts")
    parser.add_argument("--hang", type=int, default=2, help="of a hundred attempts")
    parser.add_argument("--every", type=float, default=6, help="seconds between two kills of the tool, on average about")
    parser.add_argument("--rounds", type=int, default=3, help="how often what has failed is tried again")
    parser.add_argument("--limit", type=float, default=7200, help="seconds")
    parser.add_argument("--disk", type=int, default=0, help="MB of a tmpfs that fills again and again (needs root)")
    parser.add_argument("--prune", action="store_true", help="git gc --prune=now, which git itself calls unsafe beside writers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", default=str(Path(__file__).parent.parent / ".build/release/git-sage-stream"))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sage-stream-soak."))
    soak = Soak(options, folder)
    try:
        soak.soak()
    finally:
        if options.disk and not soak.problems:
            subprocess.run(["umount", "-l", str(folder / "disk")], check=False)
    if not soak.problems:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if soak.problems else 0)


if __name__ == "__main__":
    main()
