#!/usr/bin/env python3
"""python.py: a worker in Python that commits its work itself, in two commits, and reports what it used.

git sage-stream --auto --parallel=4 --worker examples/python.py
"""

import json
import os
import re
import subprocess
import sys


def git(*arguments):
    subprocess.run(["git", *arguments], check=True)


def main():
    with open(os.environ["SAGE_TICKET_FILE"], encoding="utf-8") as file:
        ticket = json.load(file)
    # An id may hold anything; what becomes a file name is made one first.
    name = re.sub(r"[^A-Za-z0-9_-]", "_", ticket["id"])
    os.makedirs("changes", exist_ok=True)

    with open(f"changes/{name}.md", "w", encoding="utf-8") as file:
        file.write(f"# {ticket.get('title', ticket['id'])}\n\n{ticket.get('description', '')}\n")
    git("add", f"changes/{name}.md")
    git("commit", "--quiet", "--message", f"Describe {name}")

    with open("changes/index.txt", "a", encoding="utf-8") as file:
        file.write(f"{name}\n")
    git("add", "changes/index.txt")
    git("commit", "--quiet", "--message", f"List {name}")

    if int(os.environ["SAGE_ATTEMPT"]) > 1:
        print("an earlier attempt of this run was throttled or reworked", file=sys.stderr)
    with open(os.environ["SAGE_RESULT_FILE"], "w", encoding="utf-8") as file:
        json.dump({"status": "completed", "summary": "two commits", "usage": {"input": 0, "output": 0}, "cost_usd": 0}, file)


if __name__ == "__main__":
    main()
