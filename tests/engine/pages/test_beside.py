"""A Goop2 that runs this very site beside us: found, its log followed, and let go."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from goop_console.preview.preview import Preview
from lua_engine import Engine, Event, Goop2Changed, LogLine, LogRecorded
from lua_engine.pages.goop2_log import goop2_line, message_of


class FakeGoop2(BaseHTTPRequestHandler):
    """Answers who it is, and tails ``lines`` as they are put in."""

    peer_id: ClassVar[str] = ""
    lines: ClassVar[list[str]] = []
    over: ClassVar[threading.Event] = threading.Event()
    runs: ClassVar[int] = 1
    """Another number ends the streams, as a restart does."""
    streams: ClassVar[list[int]] = []
    """The run of each stream that was asked for."""

    def do_GET(self) -> None:
        if self.path == "/api/self":
            self._send(json.dumps({"id": self.peer_id, "label": "Mara"}).encode(), "application/json")
        elif self.path == "/sdk/goop-data.js":
            self._send(b"// Goop2's own", "text/javascript")
        elif self.path == "/api/logs/stream":
            self._stream()
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        run = self.runs
        self.streams.append(run)
        while not self.over.wait(0.02) and self.runs == run:
            while self.lines:
                data = json.dumps({"ts": "2026-11-29T09:08:31Z", "msg": self.lines.pop(0)})
                self.wfile.write(f"event: message\ndata: {data}\n\n".encode())
                self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Not on the test's output."""


@pytest.fixture
def goop2(engine: Engine) -> Iterator[type[FakeGoop2]]:
    members = {"peer_id": engine.owner.id, "lines": [], "streams": [], "over": threading.Event()}
    handler = type("OneGoop2", (FakeGoop2,), members)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    path = engine.site.config_path
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "viewer": {"http_addr": f"127.0.0.1:{server.server_port}"}}))
    yield handler
    handler.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_its_log_is_followed(engine: Engine, goop2: type[FakeGoop2]) -> None:
    seen: list[Event] = []
    engine.bus.subscribe(seen.append)
    engine.beside.start()
    engine.beside.start()
    until(lambda: engine.beside.address.startswith("http://127.0.0.1:"))
    goop2.lines += [
        "2026/11/29 09:08:31 LUA [info] task 5 added by Anna",
        "2026/11/29 09:08:32 P2P: somebody connected",
        "2026/11/29 09:08:33 LUA: error executing tasks: tasks.lua:12: no",
    ]
    lines: list[LogLine] = []
    until(lambda: len(_lines(seen, lines)) == 2)
    assert [(one.level, one.message, one.script) for one in lines] == [
        ("info", "task 5 added by Anna", ""),
        ("error", "error executing tasks: tasks.lua:12: no", "tasks"),
    ]
    assert {one.origin for one in lines} == {"Goop2"}
    assert Goop2Changed(engine.beside.address) in seen


def test_its_log_is_followed_again(
    engine: Engine, goop2: type[FakeGoop2], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stream ends, as it does after a quiet minute and when Goop2 starts again."""
    seen: list[Event] = []
    engine.bus.subscribe(seen.append)
    monkeypatch.setattr("lua_engine.pages.beside.LOOK_EVERY", 0.01)
    engine.beside.start()
    lines: list[LogLine] = []
    for run in (1, 2, 3):
        goop2.runs = run
        until(lambda run=run: run in goop2.streams)  # type: ignore[misc]  # bound now
        goop2.lines.append(f"2026/11/29 09:08:31 LUA [info] run {run}")
        until(lambda run=run: len(_lines(seen, lines)) == run)  # type: ignore[misc]
    assert [one.message for one in lines] == ["run 1", "run 2", "run 3"]
    assert [one for one in seen if isinstance(one, Goop2Changed)] == [Goop2Changed(engine.beside.address)]


def test_who_says_nothing_for_long_is_asked_anew_at_once(
    engine: Engine, goop2: type[FakeGoop2], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is logged while nobody follows is lost."""
    waits: list[float | None] = []

    def wait(seconds: float | None = None) -> bool:
        waits.append(seconds)
        return True

    monkeypatch.setattr("lua_engine.pages.beside.QUIET", 0.2)
    monkeypatch.setattr("lua_engine.pages.beside.LOOK_EVERY", 0.1)
    monkeypatch.setattr(engine.beside._stopping, "wait", wait)
    engine.beside.start()
    until(lambda: len(goop2.streams) > 3)
    assert waits == []


def test_a_site_is_closed_while_its_goop2_is_quiet(
    engine: Engine, goop2: type[FakeGoop2], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lua_engine.pages.beside.QUIET", 3600.0)
    engine.beside.start()
    until(lambda: bool(goop2.streams) and engine.beside._stream is not None)
    engine.close()


def _lines(seen: list[Event], into: list[LogLine]) -> list[LogLine]:
    into[:] = [event.line for event in seen if isinstance(event, LogRecorded)]
    return into


def test_another_peer_is_none_of_ours(engine: Engine, goop2: type[FakeGoop2]) -> None:
    goop2.peer_id = "12D3KooWSomebodyElse"
    assert not engine.beside._is_ours(engine.beside._place() or ("", 0))


@pytest.mark.parametrize(
    "address",
    ["evil.example:80", "192.168.1.1:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", 5, None, ""],
)
def test_only_this_machine_is_asked(engine: Engine, address: Any) -> None:
    path: Path = engine.site.config_path
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "viewer": {"http_addr": address}}))
    assert engine.beside._place() is None


@pytest.mark.parametrize(
    ("text", "level", "message", "script"),
    [
        ("2026/11/29 09:08:31 LUA [WARN] careful", "warn", "careful", ""),
        ("LUA: hot reload failed for tasks: x", "error", "hot reload failed for tasks: x", "tasks"),
        ("9999/99/99 99:99:99 LUA [info] odd", "info", "odd", ""),
        ("2026/11/29 09:08:31 LUA: engine started", "info", "LUA: engine started", ""),
    ],
)
def test_lines(text: str, level: str, message: str, script: str) -> None:
    line = goop2_line(text)
    assert line is not None
    assert (line.level, line.message, line.script) == (level, message, script)


def test_news_in_either_shape() -> None:
    assert message_of('{"ts": "x", "msg": "hello"}') == "hello"
    assert message_of("plain") == "plain"
    assert message_of("5") == ""
    assert goop2_line("HTTP: something") is None


def test_its_sdk(engine: Engine, goop2: type[FakeGoop2]) -> None:
    assert engine.beside.sdk_file("goop-data.js") == b"// Goop2's own"
    assert engine.beside.sdk_file("none.js") is None
    goop2.peer_id = "somebody else"
    assert engine.beside.sdk_file("goop-data.js") is None, "another site's"


def test_pages_load_its_sdk_where_it_has_the_file(engine: Engine, goop2: type[FakeGoop2]) -> None:
    with Preview(engine) as preview:
        visitor = preview.invite(engine.owner)

        def sdk(name: str) -> bytes:
            connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=30)
            connection.request("GET", f"/sdk/{name}", headers={"Host": f"{visitor.host}:{preview.port}"})
            body = connection.getresponse().read()
            connection.close()
            return body

        ours = sdk("goop-data.js")
        preview.uses_goop2_sdk = True
        assert sdk("goop-data.js") == b"// Goop2's own" != ours
        assert b"goop" in sdk("goop-mq.js"), "ours, where it has no such file"
        preview.uses_goop2_sdk = False
        assert sdk("goop-data.js") == ours
