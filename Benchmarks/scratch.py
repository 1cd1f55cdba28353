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


def ladder(columns, rungs):
    """So many columns of tickets, each of which depends on the one below it."""
    return [ticket(number, [number - columns] if number > columns else []) for number in range(1, columns * rungs + 1)]


def repository(folder, index, files=0, files_per_folder=50, is_tracked=True):
    """A repository on `main` with one commit: so many small files, and the queue (ignored where it is not to be tracked). Answers its path."""
    folder = Path(folder)
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, env=environment())
    subprocess.run([*git, "config", "user.name", "Benchmark"], check=True, env=environment())
    subprocess.run([*git, "config", "user.email", "benchmark@example.org"], check=True, env=environment())

    contents = {
        f"files/{number // files_per_folder}/file-{number}.txt": f"line 1\nnumber {number}\nline 3\n"
        for number in range(files)
    }
    contents[".sage/tickets/index.json" if is_tracked else ".gitignore"] = index if is_tracked else ".sage/\n"
    stream = ["commit refs/heads/main", "committer Benchmark <benchmark@example.org> 1700000000 +0000", "data 5", "begin"]
    for path, text in contents.items():
        stream += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
    script = "\n".join(stream) + "\n"
    subprocess.run([*git, "fast-import", "--quiet"], input=script.encode(), check=True, env=environment())
    subprocess.run([*git, "reset", "-q", "--hard"], check=True, env=environment())
    if not is_tracked:
        queue = folder / ".sage" / "tickets" / "index.json"
        queue.parent.mkdir(parents=True)
        queue.write_text(index)
    return folder


def submissions(repository, run, count, files, files_per_folder=50):
    """Finished work of so many tickets, each one commit on `main` that changes a file of its own. Answers the commits."""
    stream = []
    for number in range(1, count + 1):
        file = number * files // (count + 1)
        text = f"line 1\nnumber {file}\nchanged by ticket {number}\n"
        message = f"task(T): #T-{number} Ticket {number}\n"
        stream += [
            f"commit refs/sage-stream/attempts/T-{number}/{run}.1", f"mark :{number}",
            "committer Worker <worker@example.org> 1700000100 +0000", f"data {len(message)}", message + "from refs/heads/main",
            f"M 100644 inline files/{file // files_per_folder}/file-{file}.txt", f"data {len(text)}", text,
        ]
    marks = Path(repository).parent / "marks"
    script = "\n".join(stream) + "\n"
    command = ["git", "-C", str(repository), "fast-import", "--quiet", f"--export-marks={marks}"]
    subprocess.run(command, input=script.encode(), check=True, env=environment())
    commits = dict(line.split() for line in marks.read_text().splitlines())
    return [commits[f":{number}"] for number in range(1, count + 1)]


def landings(repository, count, files, files_per_folder=50):
    """So many commits on `main`, one on the other, each with a ticket's trailers and a change of a file."""
    stream = []
    for number in range(1, count + 1):
        file = number * files // (count + 1)
        text = f"line 1\nnumber {file}\nchanged by ticket {number}\n"
        message = f"task(T): #T-{number} Ticket {number}\n\nSage-Ticket: T-{number}\nSage-Run: 20260101T000000-0000\n"
        stream += [
            "commit refs/heads/main", "committer Worker <worker@example.org> 1700000100 +0000", f"data {len(message)}",
            message + ("from refs/heads/main^0\n" if number == 1 else "") + f"M 100644 inline files/{file // files_per_folder}/file-{file}.txt",
            f"data {len(text)}", text,
        ]
    command = ["git", "-C", str(repository), "fast-import", "--quiet"]
    subprocess.run(command, input=("\n".join(stream) + "\n").encode(), check=True, env=environment())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--tickets", type=int, default=40)
    parser.add_argument("--dependencies", type=int, default=0)
    wanted = parser.parse_args()
    print(repository(wanted.folder, queue(layered(wanted.tickets, wanted.dependencies)), wanted.files))
