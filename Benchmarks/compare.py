"""The comparison: our figures and those of what people would use instead, in one run and on the same inputs."""

import argparse
import tempfile
from pathlib import Path

import jobs
import landings
import planning
import real
import turnarounds
from measure import machine, show, write
from quick import Bench, starting


def landing(bench, is_full):
    yield from landings.landing(bench, 1_000, 200, is_full=is_full)
    yield from landings.landing(bench, 10_000, 200, is_full=is_full)
    yield from landings.landing(bench, 50_000, 60, is_full=is_full)
    yield from landings.over_size(bench)


def turnaround(bench, is_full):
    for files in (1_000, 10_000, 50_000) if is_full else (1_000, 10_000):
        yield from turnarounds.turnaround(bench, files)


def plan(bench, is_full):
    yield from planning.planning(bench, is_full)


def whole_job(bench, is_full):
    yield from jobs.whole_job(bench, is_full)


def start(bench, is_full):
    yield from starting(bench)
    yield from planning.nothing_to_push(bench)


def one_more_ticket(bench, is_full):
    yield from turnarounds.one_more_ticket(bench)


def memory(bench, is_full):
    yield from jobs.memory(bench, is_full)


# What removes many files comes last (`Bench.new_folder`).
CASES = [start, plan, landing, one_more_ticket, whole_job, turnaround, memory]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--repo")
    wanted = parser.parse_args()

    figures = []
    with tempfile.TemporaryDirectory(prefix="sage-stream-bench-") as folder:
        bench = Bench(wanted.binary, folder)
        facts = machine(bench.binary)
        if wanted.repo:
            facts["repository"], cases = Path(wanted.repo).resolve().name, real.figures(bench, wanted.repo)
        else:
            cases = (figure for case in CASES if case.__name__.startswith(wanted.only) for figure in case(bench, wanted.full))
        for figure in cases:
            figures.append(figure)
            # Ten minutes are long: each figure is seen when it is there, and the table at the end.
            print(f"{figure.name}: {figure.value:.2f} {figure.unit}", flush=True)
    print()
    show(facts, figures)
    write(wanted.output, facts, figures)


if __name__ == "__main__":
    main()
