"""Debugs one call of a site over the wire, as an editor does: for the smoke test."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class DapClient:
    """Speaks to ``command``, which serves the Debug Adapter Protocol on its standard streams."""

    def __init__(self, command: Sequence[str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe)
        self._number = 0
        self._seen: list[dict[str, Any]] = []

    def ask(self, command: str, **arguments: Any) -> Any:
        """The body of the answer to a request."""
        number = self.send(command, **arguments)
        answer = self._next(lambda one: one.get("request_seq") == number)
        if not answer["success"]:
            raise RuntimeError(f"{command}: {answer}")
        return answer.get("body")

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request and wait for nothing; answers its number."""
        self._number += 1
        message = {"seq": self._number, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()
        return self._number

    def event(self, name: str) -> dict[str, Any]:
        """The body of the next event of that name."""
        body: dict[str, Any] = self._next(lambda one: one.get("event") == name).get("body", {})
        return body

    def _next(self, fits: Any) -> dict[str, Any]:
        while True:
            for message in self._seen:
                if fits(message):
                    self._seen.remove(message)
                    return message
            self._seen.append(self._read())

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        head = stream.readline()
        if not head.startswith(b"Content-Length: "):
            raise RuntimeError(f"the debug adapter ended: {head!r}")
        stream.readline()
        message: dict[str, Any] = json.loads(stream.read(int(head.split()[1])))
        return message

    def end(self) -> int:
        """Close the stream; answers the exit code."""
        with self._process as process:  # closes both streams
            assert process.stdin is not None
            process.stdin.close()
            return process.wait(300)


def stop_at(client: DapClient, script: Path, line: int, call: Mapping[str, Any]) -> dict[str, str]:
    """Run ``call`` until it stops at ``line`` of ``script``; answers the locals there, by name."""
    client.ask("initialize", adapterID="goop")
    client.event("initialized")
    client.ask("setBreakpoints", source={"path": str(script)}, breakpoints=[{"line": line}])
    client.send("launch", **call)
    client.ask("configurationDone")
    client.event("stopped")
    frame = client.ask("stackTrace", threadId=1)["stackFrames"][0]
    if frame["line"] != line:
        raise RuntimeError(f"stopped in line {frame['line']}, not {line}")
    scope = client.ask("scopes", frameId=frame["id"])["scopes"][0]
    found = client.ask("variables", variablesReference=scope["variablesReference"])["variables"]
    client.ask("continue", threadId=1)
    client.event("terminated")
    return {one["name"]: one["value"] for one in found}
