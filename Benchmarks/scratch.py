"""Scratch repositories and queues for measurements: the one generator of both.

    python3 Benchmarks/scratch.py FOLDER --files 1000 --tickets 40

makes one to play with by hand; the benchmarks use the functions.
"""

import argparse
import json
import os
import random
import subprocess
from pathlib import Path


def environment(**more):
    """The caller's environment, without any git setting that could change what is measured."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return plain | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | more


def independent(count):
    """Tickets that wait for nothing."""
    return [ticket(number) for number in range(1, count + 1)]


def layered(count, dependencies, seed=1):
    """Each ticket depends on so many earlier ones (the first few on fewer), drawn with a fixed seed."""
    draw = random.Random(seed)
    return [
        ticket(number, draw.sample(range(1, number), min(dependencies, number - 1)))
        for number in range(1, count + 1)
    ]


def ticket(number, dependencies=()):
    return {
        "id": f"T-{number}",
        "title": f"Ticket {number}",
        "state": "UNPROCESSED",
        "priority": f"P{number % 3}",
        "dependencies": [f"T-{other}" for other in dependencies],
    }


def queue(tickets):
    return json.dumps({"version": "1.0", "tickets": tickets}, indent=2) + "\n"


def repository(folder, index, files=0, files_per_folder=50):
    """A repository on `main` with one commit: so many small files, and the queue. Answers its path."""
    folder = Path(folder)
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, env=environment())
    subprocess.run([*git, "config", "user.name", "Benchmark"], check=True, env=environment())
    subprocess.run([*git, "config", "user.email", "benchmark@example.org"], check=True, env=environment())

    contents = {
        f"files/{number // files_per_folder}/file-{number}.txt": f"line 1\nnumber {number}\nline 3\n"
        for number in range(files)
    }
    contents[".sage/tickets/index.json"] = index
    stream = ["commit refs/heads/main", "committer Benchmark <benchmark@example.org> 1700000000 +0000", "data 5", "begin"]
    for path, text in contents.items():
        stream += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
    script = "\n".join(stream) + "\n"
    subprocess.run([*git, "fast-import", "--quiet"], input=script.encode(), check=True, env=environment())
    subprocess.run([*git, "reset", "-q", "--hard"], check=True, env=environment())
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--tickets", type=int, default=40)
    parser.add_argument("--dependencies", type=int, default=0)
    wanted = parser.parse_args()
    print(repository(wanted.folder, queue(layered(wanted.tickets, wanted.dependencies)), wanted.files))
