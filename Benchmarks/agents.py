#!/usr/bin/env python3
"""Runs real agents as workers, against a small server on this machine that speaks their services' languages.

    Benchmarks/agents.py [--tool PATH/git-sage-stream] [--limits] [NAME...]

Names are of those below whose programs are on PATH (default: all of them). Nothing leaves this machine: the agents are given a key
that is none, an address on the loopback interface, and a home folder of their own. For each agent: `worker probe`; two tickets, two
at a time, to their end; then once against a server that refuses the key; and with --limits once against one that says "too many
requests" first. By hand, never by CI: the agents are not ours to install. With Python packages:

    aider-chat (aider), openhands (openhands), openai-codex (codex, in codex_cli_bin/bin), claude-agent-sdk (claude, in _bundled)
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = (1200, 34)


class Service(BaseHTTPRequestHandler):
    """One turn writes the ticket's file, the next says that it is done. The first part of the path says how the service feels today."""

    protocol_version = "HTTP/1.1"
    limits = {}
    log = []

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(200, b"", "text/plain")

    def do_GET(self):
        self.answer(200, json.dumps({"object": "list", "data": [{"id": "gpt-4o", "object": "model"}], "models": []}).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        _, mood, *rest = self.path.split("?")[0].split("/")
        path = "/" + "/".join(rest)
        Service.log.append(f"{mood} {path} {body[:200]!r}")
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            request = {}
        anthropic = path.endswith("/messages")
        if mood == "locked":
            return self.fail(401, anthropic, "authentication_error", "invalid_api_key", "Incorrect API key provided: none.")
        if mood == "busy" and Service.limits.setdefault(path, 6) > 0:
            Service.limits[path] -= 1
            return self.fail(429, anthropic, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached for model. Please try again in 2s.")
        text = body.decode(errors="replace")
        ticket = (re.findall(r"# (T-\d+): ", text) or ["T-0"])[0]
        if path.endswith("/count_tokens"):
            return self.answer(200, b'{"input_tokens": 1200}')
        if anthropic:
            return self.anthropic(request, ticket, text)
        if path.endswith("/responses"):
            return self.codex(request, ticket)
        if path.endswith("/chat/completions"):
            return self.chat(request, ticket)
        self.answer(404, b"{}")

    def fail(self, status, anthropic, kind, code, message):
        if anthropic:
            error = {"type": "error", "error": {"type": kind, "message": message}}
        else:
            error = {"error": {"type": code, "code": code, "message": message}}
        self.answer(status, json.dumps(error).encode(), retry="2" if status == 429 else None)

    def answer(self, status, body, kind="application/json", retry=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if retry:
            self.send_header("Retry-After", retry)
        self.end_headers()
        self.wfile.write(body)

    def events(self, events):
        lines = []
        for name, data in events:
            if name:
                lines.append(f"event: {name}")
            lines.append("data: " + (data if isinstance(data, str) else json.dumps(data)))
            lines.append("")
        self.answer(200, ("\n".join(lines) + "\n").encode(), "text/event-stream")

    # OpenAI's chat completions: aider and OpenHands

    def chat(self, request, ticket):
        tools = {tool["function"]["name"] for tool in request.get("tools") or []}
        done = any(message.get("role") == "tool" for message in request.get("messages", []))
        shell = next((name for name in ("terminal", "execute_bash", "bash") if name in tools), None)
        message = {"role": "assistant", "content": None}
        if shell and not done:
            arguments = {"command": f"echo done > {ticket}.txt", "security_risk": "LOW", "summary": "write the file"}
            message["tool_calls"] = [self.call("call_1", shell, arguments)]
        elif shell and "finish" in tools:
            message["tool_calls"] = [self.call("call_2", "finish", {"message": "Done.", "summary": "done"})]
        else:
            message["content"] = f"{ticket}.txt\n```\n<<<<<<< SEARCH\n=======\ndone\n>>>>>>> REPLACE\n```\n"
        reason = "tool_calls" if "tool_calls" in message else "stop"
        usage = {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1], "total_tokens": sum(USAGE)}
        base = {"id": "chatcmpl-1", "created": 1, "model": request.get("model", "gpt-4o")}
        if not request.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            return self.answer(200, json.dumps({**base, "object": "chat.completion", "choices": [choice], "usage": usage}).encode())
        for index, one in enumerate(message.get("tool_calls", [])):
            one["index"] = index
        chunk = {**base, "object": "chat.completion.chunk"}
        self.events([
            (None, {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]}),
            (None, {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}),
            (None, {**chunk, "choices": [], "usage": usage}),
            (None, "[DONE]"),
        ])

    @staticmethod
    def call(identity, name, arguments):
        return {"id": identity, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}

    # OpenAI's responses: Codex

    def codex(self, request, ticket):
        tools = {tool.get("name") or tool.get("type") for tool in request.get("tools") or []}
        items = request.get("input", [])
        done = isinstance(items, list) and any(item.get("type", "").endswith("_output") for item in items)
        line = f"echo done > {ticket}.txt && git add -A && git commit -qm 'By the agent'"
        if done:
            content = [{"type": "output_text", "text": "Done.", "annotations": []}]
            item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}
        else:
            known = {
                "exec_command": {"cmd": line}, "shell_command": {"command": line}, "shell": {"command": ["bash", "-lc", line]},
            }
            name = next((name for name in known if name in tools), None)
            if name:
                item = {
                    "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "status": "completed",
                    "arguments": json.dumps(known[name]),
                }
            else:
                item = {
                    "type": "custom_tool_call", "id": "ct_1", "call_id": "call_1", "name": "exec", "status": "completed",
                    "input": f"const r = await tools.exec_command({{cmd: {json.dumps(line)}}}); text(r.output);",
                }
        usage = {
            "input_tokens": USAGE[0], "input_tokens_details": {"cached_tokens": 0}, "output_tokens": USAGE[1],
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": sum(USAGE),
        }
        response = {"id": "resp_1", "object": "response", "status": "completed", "output": [item], "usage": usage}
        self.events([
            ("response.created", {"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}}),
            ("response.output_item.done", {"type": "response.output_item.done", "output_index": 0, "item": item}),
            ("response.completed", {"type": "response.completed", "response": response}),
        ])

    # Anthropic's messages: Claude Code

    def anthropic(self, request, ticket, text):
        messages = request.get("messages", [])
        content = [block for message in messages if isinstance(message.get("content"), list) for block in message["content"]]
        done = any(block.get("type") == "tool_result" for block in content)
        tools = {tool.get("name") for tool in request.get("tools") or []}
        folder = re.search(r"[Ww]orking directory: ([^\\\n\"<]+)", text)
        usage = {"input_tokens": USAGE[0], "output_tokens": USAGE[1], "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        if "Write" in tools and not done and folder:
            arguments = {"file_path": f"{folder.group(1).strip()}/{ticket}.txt", "content": "done\n"}
            block = {"type": "tool_use", "id": "toolu_1", "name": "Write", "input": arguments}
            reason = "tool_use"
        else:
            block, reason = {"type": "text", "text": "Done."}, "end_turn"
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": request.get("model", "claude"), "content": [block],
            "stop_reason": reason, "stop_sequence": None, "usage": usage,
        }
        if not request.get("stream"):
            return self.answer(200, json.dumps(message).encode())
        empty = {**block, "input": {}} if reason == "tool_use" else {**block, "text": ""}
        delta = (
            {"type": "input_json_delta", "partial_json": json.dumps(block["input"])} if reason == "tool_use"
            else {"type": "text_delta", "text": block["text"]})
        self.events([
            ("message_start", {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}),
            ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": empty}),
            ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}),
            ("content_block_stop", {"type": "content_block_stop", "index": 0}),
            ("message_delta", {
                "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": USAGE[1]},
            }),
            ("message_stop", {"type": "message_stop"}),
        ])


def settings(name, address, home):
    """What the agent's user would have set: the key, the model, the address. None of it is the preset's."""
    if name == "aider":
        return {"OPENAI_API_KEY": "none", "OPENAI_API_BASE": f"{address}/v1", "AIDER_MODEL": "openai/gpt-4o", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    if name == "openhands":
        return {
            "LLM_API_KEY": "none", "LLM_BASE_URL": f"{address}/v1", "LLM_MODEL": "openai/gpt-4o", "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
    if name == "claude":
        return {
            "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": address, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_MAX_RETRIES": "1",
        }
    os.makedirs(f"{home}/.codex", exist_ok=True)
    with open(f"{home}/.codex/config.toml", "w") as file:
        file.write(
            'model = "gpt-5"\nmodel_provider = "here"\n[analytics]\nenabled = false\n[model_providers.here]\nname = "here"\n'
            f'base_url = "{address}/v1"\nwire_api = "responses"\nenv_key = "HERE_KEY"\nrequest_max_retries = 0\nstream_max_retries = 0\n')
    return {"HERE_KEY": "none"}


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def attempt(tool, name, program, mood, port, scratch):
    """Two tickets in a repository of their own. Gives the status, both streams and the events."""
    root = tempfile.mkdtemp(prefix=f"{name}-{mood}-", dir=scratch)
    repository, home = f"{root}/repository", f"{root}/home"
    os.makedirs(f"{repository}/.sage/tickets")
    os.makedirs(home)
    tickets = [
        {"id": f"T-{n}", "title": f"Write T-{n}.txt", "state": "UNPROCESSED", "description": f"Make a file T-{n}.txt with the word done."}
        for n in (1, 2)
    ]
    with open(f"{repository}/.sage/tickets/index.json", "w") as file:
        json.dump({"tickets": tickets}, file)
    git(root, "init", "-q", "-b", "main", repository)
    git(repository, "config", "user.name", "A User")
    git(repository, "config", "user.email", "user@example.org")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "Begin")
    folders = [os.path.dirname(program), os.path.dirname(tool), "/usr/local/bin", "/usr/bin", "/bin"]
    environment = {"HOME": home, "PATH": ":".join(folders), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    environment.update(settings(name, f"http://127.0.0.1:{port}/{mood}", home))
    start = time.monotonic()
    run = subprocess.run(
        [tool, "--auto", "--parallel=2", "--worker", name, "--timeout", "5m", "--json"], cwd=repository, env=environment,
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    return repository, environment, run, events, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--tool", default=f"{here}/.build/debug/git-sage-stream")
    parser.add_argument("--limits", action="store_true", help="also against a service that is busy at first; agents wait long by themselves")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folder")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    scratch = tempfile.mkdtemp(prefix="agents-")
    names = options.names or [name for name in ("claude", "codex", "aider", "openhands") if shutil.which(name)]
    failed = False
    for name in names:
        program = shutil.which(name)
        if not program:
            sys.exit(f"{name} is not on PATH")
        repository, environment, run, events, seconds = attempt(options.tool, name, program, "open", server.server_port, scratch)
        landed = sum(event["event"] == "ticket.landed" for event in events)
        files = git(repository, "ls-tree", "--name-only", "main")
        usage = [(event.get("input_tokens"), event.get("output_tokens"), event.get("cost_usd")) for event in events if event["event"] == "worker.exited"]
        good = run.returncode == 0 and landed == 2 and "T-1.txt" in files and "T-2.txt" in files
        probe = subprocess.run([options.tool, "worker", "probe", name], cwd=repository, env=environment, capture_output=True, text=True)
        version = re.search(r"version  (.*)", probe.stdout)
        print(f"{name}: {version.group(1) if version else '?'}; probe {'passes' if probe.returncode == 0 else 'FAILS'}; "
              f"{'ok' if good else 'FAILED'}, {landed} of 2 landed in {seconds:.0f} s; tokens in, out, cost: {usage}")
        if not good:
            print(run.stderr, "\n".join(map(str, events[-4:])), *Service.log[-6:], sep="\n")
        locked = attempt(options.tool, name, program, "locked", server.server_port, scratch)
        states = json.load(open(f"{locked[0]}/.sage/tickets/index.json"))["tickets"]
        refused = locked[2].returncode == 128 and "refused to work" in locked[2].stderr
        blameless = all(ticket["state"] == "UNPROCESSED" for ticket in states)
        said = next((line.strip() for line in locked[2].stderr.splitlines() if line.startswith("  ")), "")
        print(f"  a key that is refused: {'ok' if refused and blameless else 'FAILED'} in {locked[4]:.0f} s ({said})")
        if not refused:
            print(locked[2].stderr, *map(str, locked[3][-3:]), sep="\n")
        if options.limits:
            Service.limits.clear()
            busy = attempt(options.tool, name, program, "busy", server.server_port, scratch)
            pauses = [event["message"] for event in busy[3] if event["event"] == "agent.paused"]
            print(f"  a busy service: {'ok' if busy[2].returncode == 0 else 'FAILED'} in {busy[4]:.0f} s, paused for: {pauses[:1]}")
            failed = failed or busy[2].returncode != 0
        failed = failed or not (good and refused and blameless and probe.returncode == 0)
    server.shutdown()
    if options.keep or failed:
        print(f"kept: {scratch}")
    else:
        shutil.rmtree(scratch)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
