"""Whole jobs: the makespan against the bound that no scheduler can beat, and against GNU parallel."""

import shutil
import subprocess

import scratch
from measure import once, peak, seconds

# What people script: a worktree for each ticket, the worker, a commit, and a cherry-pick under a lock. Adding worktrees has a lock
# too: git itself fails where two are added at once.
PARALLEL = """
ticket() {
  cd "$REPOSITORY" && flock .git/places.lock git worktree add -q --detach "../place-$1" main && cd "../place-$1" || exit 1
  SAGE_TICKET_ID=$1 sh -c "$WORKER" && git add -A && git commit -q -m "$1" && commit=$(git rev-parse HEAD) || exit 1
  cd "$REPOSITORY" && flock .git/landing.lock git cherry-pick "$commit" >/dev/null &&
    flock .git/places.lock git worktree remove --force "../place-$1"
}
export -f ticket
parallel --will-cite -j "$JOBS" ticket T-{} ::: $(seq "$COUNT")
"""


def worker(pause):
    return f'sleep {pause}; echo done > "$SAGE_TICKET_ID.txt"'


def job(bench, name, tickets, pause, workers, bound, files=0, most=None, is_warm=False):
    count = len(tickets)
    repository = bench.repository(scratch.queue(tickets), files)
    if is_warm:
        # An earlier run has made the slots; its own tickets are sent back.
        bench.run(repository, worker(0), workers, tickets=count)
        seconds(["git", "reset", "-q", "--hard", first_commit(repository)], repository)
    took = bench.run(repository, worker(pause), workers, tickets=count)
    yield once(f"{name}: makespan", took, "s")
    yield once(f"{name}: makespan / bound of {bound:g} s", took / bound, "x", **({"bound": most} if most else {}))


def first_commit(repository):
    command = ["git", "rev-list", "--max-parents=0", "main"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True, env=scratch.environment()).stdout.strip()


def with_parallel(bench, name, count, pause, workers, files=0):
    if not (shutil.which("parallel") and shutil.which("flock")):
        return
    repository = bench.repository(scratch.queue(scratch.independent(count)), files)
    took = seconds(
        ["bash", "-c", PARALLEL], repository, REPOSITORY=str(repository), WORKER=worker(pause), JOBS=str(workers), COUNT=str(count)
    )
    landed = len(list(repository.glob("T-*.txt")))
    if landed != count:
        raise SystemExit(f"error: {landed} of {count} landed by GNU parallel")
    yield once(f"{name}: GNU parallel, worktree add, cherry-pick under flock", took, "s")


def whole_job(bench, is_full):
    few, many = "9 x 2 s, 3 workers", "40 x 0.5 s, 8 workers"
    yield from job(bench, few, scratch.independent(9), 2, 3, bound=6, most=1.05)
    yield from job(bench, f"{many}, 1,000 files, cold", scratch.independent(40), 0.5, 8, bound=2.5, files=1_000, most=1.10)
    name = f"{many}, 10,000 files, slots kept"
    yield from job(bench, name, scratch.independent(40), 0.5, 8, bound=2.5, files=10_000, most=1.20, is_warm=True)
    yield from job(bench, "ladder of 4 x 10, 0.5 s, 4 workers", scratch.ladder(4, 10), 0.5, 4, bound=5)
    # These remove a worktree for each ticket, so they come last (`Bench.new_folder`).
    yield from with_parallel(bench, few, 9, 2, 3)
    yield from with_parallel(bench, f"{many}, 1,000 files, cold", 40, 0.5, 8, files=1_000)
    if is_full:
        yield from with_parallel(bench, f"{many}, 10,000 files", 40, 0.5, 8, files=10_000)


def memory(bench, is_full):
    """The largest process of a run, ours or one of its gits."""
    count, files = (1_000, 10_000) if is_full else (200, 1_000)
    repository = bench.repository(scratch.queue(scratch.independent(count)), files)
    command = bench.command("--auto", "--parallel=8", "--quiet", "--worker", worker(0))
    used = peak(command, repository, PATH=bench.search_path)
    yield once(f"memory: {count:,} tickets, 8 workers, {files:,} files", used, "MB", bound=80)
