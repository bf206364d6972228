"""goop.http as scripts see it: values, errors, the count of requests, the deadline."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

OWNER = "12D3KooWowner"


class _Echo(BaseHTTPRequestHandler):
    """``/status/404`` answers with that status, ``/bytes`` with no text, ``/hang`` never, anything else with
    what it was sent.
    """

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/hang":
            self.server.released.wait()  # type: ignore[attr-defined]  # set by the fixture
        status = int(self.path.rpartition("/")[2]) if self.path.startswith("/status/") else 200
        content = json.dumps([self.command, self.path, self.headers.get("Content-Type", ""), body]).encode()
        if self.path == "/bytes":
            content = b"\xff\xfe\x00"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    server.released = threading.Event()  # type: ignore[attr-defined]  # read by the handler
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is what we test
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.released.set()  # type: ignore[attr-defined]  # see above
    server.shutdown()
    thread.join()
    server.server_close()


def sent(script: Any, call: str) -> list[str]:
    answer = json.loads(script(f"local body, err = {call}\nassert(err == nil, err)\nreturn body"))
    assert isinstance(answer, list)
    return answer


def test_get(script: Any, base: str) -> None:
    assert sent(script, f'goop.http.get("{base}/data?a=b")') == ["GET", "/data?a=b", "", ""]


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ('"a=1&b=2"', "application/x-www-form-urlencoded", "a=1&b=2"),
        (
            '{ key = "välue", n = 5, list = { 1, 2 } }',
            "application/json",
            {"key": "välue", "n": 5, "list": [1, 2]},
        ),
        ("{}", "application/json", []),
        ("nil", "application/x-www-form-urlencoded", ""),
    ],
)
def test_post(script: Any, base: str, body: str, content_type: str, text: Any) -> None:
    method, path, found_type, found = sent(script, f'goop.http.post("{base}/in", {body})')
    assert (method, path, found_type) == ("POST", "/in", content_type)
    assert found == text if isinstance(text, str) else json.loads(found) == text


def test_bytes_come_as_they_are(script: Any, base: str) -> None:
    assert script(f'local body = goop.http.get("{base}/bytes")\nreturn {{ body:byte(1, -1) }}') == [
        255,
        254,
        0,
    ]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_error_status_is_an_error_value(script: Any, base: str, status: int) -> None:
    assert script(f'local b, e = goop.http.get("{base}/status/{status}")\nreturn {{ b == nil, e }}') == [
        True,
        f"HTTP {status}",
    ]


def test_three_requests_a_call_whatever_comes_of_them(script: Any, base: str) -> None:
    source = f"""
      local errors = {{}}
      for i, url in ipairs {{ "{base}/", "{base}/status/500", "http://10.0.0.1/", "{base}/", "{base}/" }} do
        local body, err = goop.http.get(url)
        errors[i] = err or "fine"
      end
      return errors
    """
    limit = "http request limit exceeded (3 per call)"
    expected = ["fine", "HTTP 500", "address refused: 10.0.0.1 is a private address", limit, limit]
    assert script(source) == expected
    assert script(source) == expected  # counted per call


def test_switched_off(script: Any, base: str) -> None:
    script.services.settings = lambda: SimpleNamespace(http_enabled=False)
    for call in (f'goop.http.get("{base}/")', f'goop.http.post("{base}/", "x")'):
        assert script(f"local b, e = {call}\nreturn {{ b == nil, e }}") == [True, "http is disabled"]


def test_forbidden_addresses_are_error_values(script: Any) -> None:
    for url in (
        "http://[::1]/",
        "http://0x7f.2/",
        "http://good@10.1/",
        "ftp://example.com/",
        "nonsense",
        "http://a b/",
    ):
        body, error = script(f'local b, e = goop.http.get("{url}")\nreturn {{ b == nil, e }}')
        assert body is True
        assert error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("goop.http.get()", "goop.http.get: url must be a string, got nil"),
        ("goop.http.get({})", "goop.http.get: url must be a string, got table"),
        (
            'goop.http.post("http://x.example/", 5)',
            "goop.http.post: body must be a string or a table, got number",
        ),
        (
            'goop.http.post("http://x.example/", true)',
            "goop.http.post: body must be a string or a table, got boolean",
        ),
        (
            'goop.http.post("http://x.example/", { "\\255" })',
            "goop.http.post: body has a string that is not UTF-8 text",
        ),
        ('goop.http.post("http://x.example/", { print })', "goop.http.post: cannot convert body[1]"),
    ],
)
def test_misuse_is_raised(script: Any, call: str, message: str) -> None:
    assert message in script.error(call)


def test_a_hanging_server_ends_the_call_also_inside_pcall(script: Any, base: str) -> None:
    outcome = script.outcome(f'pcall(goop.http.get, "{base}/hang")\nreturn 1', OWNER, 0.5)
    assert outcome.status == "timeout"
