"""Timing whole processes, and showing what came out."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from scratch import environment


@dataclass
class Figure:
    """One measured number: a median where there were several runs, and the bound it is held against."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    runs: int
    bound: float | None = None
    at_least: bool = False  # is the bound one from below?

    @property
    def holds(self):
        if self.bound is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def once(name, value, unit, **bound):
    return Figure(name, value, unit, value, value, 1, **bound)


def median(name, values, unit, **bound):
    return Figure(name, statistics.median(values), unit, min(values), max(values), len(values), **bound)


def seconds(command, folder, text="", **variables):
    """How long a process that reads `text` takes from start to end. It must succeed; what it prints is shown only when it does not."""
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment(**variables), input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    took = time.perf_counter() - began
    if done.returncode != 0:
        told = (done.stdout + done.stderr).decode(errors="replace")
        raise SystemExit(f"error: status {done.returncode} from {command} in {folder}\n{told}")
    return took


# Linux counts what a process had before `exec` as its own, so what is measured must not be started by us, who may be large.
WATCHER = """
import os, sys
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak(command, folder, **variables):
    """The most memory that a process, or one of its children, had resident, in MB. It must succeed."""
    watched = [sys.executable, "-S", "-c", WATCHER, *command]
    done = subprocess.run(watched, cwd=folder, env=environment(**variables), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"error: status {done.returncode} from {command} in {folder}\n{done.stderr}")
    # Linux counts in kilobytes, macOS in bytes.
    return int(done.stdout.splitlines()[-1]) / (1024 if platform.system() != "Darwin" else 1024 * 1024)


def machine(binary):
    def first_line(*command):
        done = subprocess.run(command, capture_output=True, text=True, env=environment())
        return (done.stdout.splitlines() or ["?"])[0]

    here = str(Path(__file__).parent)
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "commit": first_line("git", "-C", here, "describe", "--always", "--dirty"),
        "version": first_line(binary, "--version"),
        "git": first_line("git", "--version"),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def show(facts, figures):
    print(", ".join(f"{name}: {value}" for name, value in facts.items()))
    print()
    rows = [("figure", "median", "min", "max", "runs", "bound", "")]
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        bound = "" if figure.bound is None else f"{sign} {figure.bound:g} {figure.unit}"
        verdict = {True: "holds", False: "MISSED", None: ""}[figure.holds]
        numbers = [f"{number:.2f} {figure.unit}" for number in (figure.value, figure.low, figure.high)]
        rows.append((figure.name, *numbers, str(figure.runs), bound, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        name, *rest = (cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths)))
        print("  ".join([name, *rest]).rstrip())


def write(path, facts, figures):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = {"schema_version": 1, "machine": facts, "figures": [asdict(figure) | {"holds": figure.holds} for figure in figures]}
    path.write_text(json.dumps(answer, indent=2) + "\n")
    print(f"\nwritten: {path}")
