"""The figures that depend on the repository, on a copy of a real one (`Benchmarks/run --repo PATH`)."""

import statistics
import subprocess

import scratch
from measure import median, once, seconds
from turnarounds import between_workers

COUNT = 20
# New files might be ignored by the repository's own rules, so each ticket changes a tracked one.
WORKER = 'echo >> "$(sed -n "${SAGE_TICKET_ID#T-}p" "%s")"'


def figures(bench, path):
    folder = bench.new_folder()
    repository = folder / "repository"
    # A clone of its own: nothing is changed where the user works.
    subprocess.run(["git", "clone", "-q", str(path), str(repository)], check=True, env=scratch.environment())
    git = ["git", "-C", str(repository)]
    for name, value in (("user.name", "Benchmark"), ("user.email", "benchmark@example.org")):
        subprocess.run([*git, "config", name, value], check=True, env=scratch.environment())
    listing = subprocess.run([*git, "ls-files", "-z"], capture_output=True, check=True, env=scratch.environment()).stdout
    yield once("files", listing.count(b"\0"), "")
    (repository / ".git" / "info" / "exclude").write_text(".sage/\n")
    index = repository / ".sage" / "tickets" / "index.json"
    index.parent.mkdir(parents=True)
    index.write_text(scratch.queue(scratch.independent(COUNT)))

    plain = [name.decode() for name in listing.split(b"\0") if name.isascii() and (repository / name.decode()).is_file() and b"\n" not in name]
    changed = folder / "changed"
    changed.write_text("".join(name + "\n" for name in plain[:: max(1, len(plain) // COUNT)][:COUNT]))
    run = bench.command("--auto", "--quiet", "--worker", WORKER % changed)
    cold = seconds(run, repository, PATH=bench.search_path)
    gaps = between_workers(repository)
    yield once(f"{COUNT} tickets, one worker, cold (the slot is filled)", cold, "s")
    yield median("turnaround, harvest and landing included", gaps, "ms")

    place = folder / "place"
    taken = []
    for _ in range(2):
        added = seconds([*git, "worktree", "add", "-q", "--detach", str(place)], repository)
        taken.append(1000 * (added + seconds([*git, "worktree", "remove", "--force", str(place)], repository)))
    yield median("git worktree add + remove", taken, "ms")
    yield once("worktree add + remove / turnaround", statistics.median(taken) / statistics.median(gaps), "x")

    subprocess.run([*git, "worktree", "add", "-q", "--detach", str(place)], check=True, env=scratch.environment())
    script = 'git reset -q --hard "$1" && git clean -fdq'
    tip = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    floor = [1000 * seconds(["sh", "-c", script, "sh", commit], place) for commit in [f"{tip}~1", tip] * 3]
    yield median("git reset --hard + git clean alone", floor, "ms")

    commits = subprocess.run([*git, "rev-list", f"--max-count={COUNT}", "HEAD"], capture_output=True, text=True, check=True).stdout.split()
    subprocess.run([*git, "reset", "-q", "--hard", f"{tip}~{COUNT}"], check=True, env=scratch.environment())
    script = "for commit; do git cherry-pick \"$commit\" >/dev/null || exit 1; done"
    each = seconds(["sh", "-c", script, "sh", *reversed(commits)], repository)
    yield once("git cherry-pick, one for each of the same commits", 1000 * each / COUNT, "ms")
