"""A client that speaks the Debug Adapter Protocol to ``goop-console dap`` as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = """local function add(a, b)
  local sum = a + b
  return sum
end
function call(request)
  local t = { x = 1 }
  for i = 1, 3 do
    t.x = add(t.x, i)
  end
  goop.log.info("done")
  return t.x
end
"""


class Client:
    """Sends requests and collects what comes."""

    def __init__(self, site: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "goop_console", "dap", str(site)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.number = 0
        self.events: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        self.number += 1
        given = arguments.get("arguments", arguments)  # whatever they are
        message = {"seq": self.number, "type": "request", "command": command, "arguments": given}
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self.number

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        head = self.process.stdout.readline()
        assert head.startswith(b"Content-Length: "), (head, self.process.stderr.read())  # type: ignore[union-attr]
        assert self.process.stdout.readline() == b"\r\n"
        message: dict[str, Any] = json.loads(self.process.stdout.read(int(head.split()[1])))
        return message

    def answer(self, number: int) -> dict[str, Any]:
        """The response to a request; events before it are kept."""
        while True:
            message = self.read()
            if message["type"] == "response" and message["request_seq"] == number:
                return message
            self.events.append(message)

    def ask(self, command: str, **arguments: Any) -> Any:
        answer = self.answer(self.send(command, **arguments))
        assert answer["success"], answer
        return answer["body"]

    def event(self, name: str) -> dict[str, Any]:
        """The next event of a name, one that came before included."""
        while True:
            for message in self.events:
                if message.get("event") == name:
                    self.events.remove(message)
                    body: dict[str, Any] = message["body"]
                    return body
            self.events.append(self.read())

    def where(self) -> tuple[str, int]:
        self.event("stopped")
        frame = self.ask("stackTrace", threadId=1)["stackFrames"][0]
        return frame["name"], frame["line"]

    def locals(self) -> dict[str, dict[str, Any]]:
        scope = self.ask("scopes", frameId=1)["scopes"][0]
        found = self.ask("variables", variablesReference=scope["variablesReference"])["variables"]
        return {one["name"]: one | {"scope": scope["variablesReference"]} for one in found}


def launch(client: Client, script: Path, *lines: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Initialize, set breakpoints, launch."""
    capabilities = client.ask("initialize", adapterID="goop", linesStartAt1=True)
    assert capabilities["supportsStepBack"]
    client.event("initialized")
    started = client.send("launch", **{"function": "sums", **more})
    answers: list[dict[str, Any]] = client.ask(
        "setBreakpoints", source={"path": str(script)}, breakpoints=list(lines)
    )["breakpoints"]
    client.ask("setExceptionBreakpoints", filters=["uncaught"])
    client.ask("configurationDone")
    answer = next((one for one in client.events if one.get("request_seq") == started), None)
    answer = answer or client.answer(started)
    assert answer["success"], answer
    return answers
