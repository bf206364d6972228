"""The preview as a process, and its visitors as HTTP clients."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """An answer with its body read."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        assert self.status == 200, (self.status, self.body)
        return json.loads(self.body)


@dataclass(frozen=True)
class Visit:
    """One visitor of the preview, as its page speaks HTTP."""

    name: str
    id: str
    role: str
    host: str
    port: int
    owner_id: str

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request on a connection of its own; ``headers`` come on top of Host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, {"Host": f"{self.host}:{self.port}", **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def page(self, path: str = "") -> Reply:
        """A file of the site."""
        return self.get(f"/p/{self.owner_id}/{path}")

    def post(self, path: str, body: Any) -> Reply:
        headers = {"Content-Type": "application/json", "Origin": self.origin}
        return self.send("POST", path, json.dumps(body).encode(), headers)

    def data(self, call: str, body: Any = None) -> Reply:
        """A data call as the SDK makes it on this page."""
        path = f"/api/p/{self.owner_id}/data/{call}"
        return self.get(path) if body is None else self.post(path, body)

    def call(self, function: str, **params: Any) -> Reply:
        return self.data("lua/call", {"function": function, "params": params})

    @contextmanager
    def events(self, path: str) -> Iterator[Iterator[tuple[str, Any]]]:
        """An event stream: its (event, data), from "connected" on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("GET", path, headers={"Host": f"{self.host}:{self.port}"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        try:
            yield _events(answer)
        finally:
            connection.close()


@dataclass
class PreviewProcess:
    """``goop-console preview`` while it runs."""

    process: subprocess.Popen[bytes]
    facts: dict[str, Any]
    log: Path

    @property
    def port(self) -> int:
        return int(self.facts["port"])

    def visit(self, name: str) -> Visit:
        one = next(one for one in self.facts["visitors"] if one["name"] == name)
        address = urlsplit(one["address"])
        assert address.hostname is not None
        owner = self.facts["visitors"][0]["id"]
        return Visit(one["name"], one["id"], one["role"], address.hostname, self.port, owner)

    def logged(self) -> str:
        """What it printed on standard error so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def run_preview(site: Path, tmp: Path, callers: Sequence[str], *options: str) -> Iterator[PreviewProcess]:
    """Run it until the end of the block; the first caller must be the owner."""
    log = tmp / "preview.log"
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp / "xdg"), "XDG_CONFIG_HOME": str(tmp / "xdg")}
    names = [part for caller in callers for part in ("--as", caller)]
    command = [sys.executable, "-m", "goop_console", "preview", str(site), "--json", *names, *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        yield PreviewProcess(process, json.loads(line), log)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
    assert code == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def _events(answer: http.client.HTTPResponse) -> Iterator[tuple[str, Any]]:
    event, data = "", ""
    while line := answer.readline().decode():
        line = line.rstrip("\n")
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and data:
            yield event, json.loads(data)
            event, data = "", ""
