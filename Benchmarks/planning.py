"""Planning, against the straightforward program for the same answer in jq and with networkx."""

import json
import shutil
import statistics
import subprocess
import sys

import scratch
from measure import median, once, peak, seconds

# What is ready, and the waves: in each round everything whose dependencies are done.
JQ = """
def waves($done; $left):
  if $left == [] then [] else
    ($left | map(select(all(.dependencies[]; $done[.])))) as $now
    | [$now | map(.id)]
      + waves($done + ($now | map({key: .id, value: true}) | from_entries); $left | map(select(any(.dependencies[]; $done[.] | not))))
  end;
waves({}; .tickets) as $waves | {ready: $waves[0], waves: $waves}
"""

NETWORKX = """
import json, sys, networkx
tickets = json.load(open(sys.argv[1]))["tickets"]
graph = networkx.DiGraph()
graph.add_nodes_from(ticket["id"] for ticket in tickets)
graph.add_edges_from((dependency, ticket["id"]) for ticket in tickets for dependency in ticket["dependencies"])
waves = [list(wave) for wave in networkx.topological_generations(graph)]
json.dump({"waves": waves, "ready": waves[0], "critical_path": networkx.dag_longest_path(graph)}, sys.stdout)
"""


def planning(bench, is_full):
    ours = {}
    for count in (100, 1_000, 5_000, 10_000, 100_000):
        repository = bench.repository(scratch.queue(scratch.layered(count, dependencies=3)))
        index = repository / ".sage" / "tickets" / "index.json"
        command = [bench.binary, "plan", "--json"]
        waves = len(answer(command, repository)["waves"])
        repeats = 10 if count < 100_000 else 3
        times = [1000 * seconds(command, repository) for _ in range(repeats)]
        ours[count] = statistics.median(times)
        bound = {"bound": 1500} if count == 100_000 else {}
        yield median(f"plan {count:,}: ours", times, "ms", **bound)
        if count == 100_000:
            yield once("plan 100,000: peak memory", peak(command, repository), "MB", bound=400)
            yield once("plan: time of 100,000 / of 10,000", ours[count] / ours[10_000], "x", bound=12)
        if shutil.which("jq") and count <= 10_000:
            command = ["jq", "-c", JQ, str(index)]
            if len(answer(command, repository)["waves"]) != waves:
                raise SystemExit("error: jq finds other waves")
            times = [1000 * seconds(command, repository) for _ in range(3 if count < 10_000 else 1)]
            yield median(f"plan {count:,}: jq", times, "ms")
            bound = {"bound": 50, "at_least": True} if count == 5_000 else {}
            yield once(f"plan {count:,}: jq / ours", statistics.median(times) / ours[count], "x", **bound)
        python = networkx_python()
        if python:
            command = [python, "-c", NETWORKX, str(index)]
            if len(answer(command, repository)["waves"]) != waves:
                raise SystemExit("error: networkx finds other waves")
            times = [1000 * seconds(command, repository) for _ in range(3)]
            yield median(f"plan {count:,}: networkx", times, "ms")


def answer(command, folder):
    return json.loads(subprocess.run(command, cwd=folder, capture_output=True, check=True, env=scratch.environment()).stdout)


def networkx_python():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import networkx"], capture_output=True).returncode == 0:
            return python
    return None


def nothing_to_push(bench):
    """The pre-push hook as git starts it where there is nothing to push: nothing on its standard input."""
    repository = bench.repository(scratch.queue(scratch.independent(10)), files=100)
    command = [bench.binary, "hook", "pre-push", "origin", "url"]
    yield median("starting: pre-push with nothing to push", [1000 * seconds(command, repository) for _ in range(20)], "ms", bound=15)
