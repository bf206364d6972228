"""One connection of a browser, spoken to by the standard library's HTTP server."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote_to_bytes

from goop_console.preview.activity import Activity, PageRequest
from goop_console.preview.answers import Answer, text_answer
from goop_console.preview.guard import (
    MAX_JSON,
    MAX_UPLOAD,
    Refusal,
    body_length,
    cookies_of,
    foreign_page,
    host_of,
)
from goop_console.preview.head import BadHead, Headers, read_head
from goop_console.preview.headers import SECURITY
from goop_console.preview.places import Places
from goop_console.preview.request import Request
from goop_console.preview.visitors import Visitor, Visitors

IDLE_SECONDS = 15.0
BODY_SECONDS = 20.0
_CHUNK = 256 * 1024
_log = logging.getLogger("goop.preview")


class Handler(BaseHTTPRequestHandler):
    """Made by the server for each connection; the class variables are set on a subclass, one a preview."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # head and body of an answer are one packet

    raw_requestline: bytes
    headers: Headers  # type: ignore[assignment]  # read by ourselves: email's reader takes 0.1 ms

    visitors: ClassVar[Visitors]
    activity: ClassVar[Activity]
    respond: ClassVar[Callable[[Request], Answer]]

    def do_GET(self) -> None:
        self._places.begin(self.connection)
        self._serve()
        self._places.end(self.connection)

    do_POST = do_HEAD = do_GET

    @property
    def _places(self) -> Places:
        places: Places = self.server.places  # type: ignore[attr-defined]  # the server is a PortServer
        return places

    def version_string(self) -> str:
        return "Goop"

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Requests are in the activity; nothing goes to standard error."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The same."""

    def parse_request(self) -> bool:
        """Read the head; False when it was refused."""
        self.command, self.request_version, self.close_connection = "", self.protocol_version, True
        try:
            head = read_head(self.raw_requestline, self.rfile)
        except BadHead as error:
            self.send_error(error.status, str(error))
            return False
        self.command, self.path, self.headers = head.method, head.target, head.headers
        self.close_connection = head.is_last
        return True

    def send_error(self, code: int, message: str | None = None, _explain: str | None = None) -> None:
        """What the base class refuses itself (a line or headers too long, an unknown method)."""
        self.close_connection = True
        self.request_version = self.protocol_version
        self._write(Answer(code, (message or "bad request").encode() + b"\n"))

    def _serve(self) -> None:
        began = time.time()
        clock = time.perf_counter()
        path, _, query = self.path.partition("?")
        visitor, answer = self._visitor(path, query)
        if visitor is not None and answer is None:
            answer = self._answer(visitor, path, query)
        if answer is None:
            self.close_connection = True
            answer = Answer(421)
        self._write(answer)
        if visitor is not None:
            seconds = time.perf_counter() - clock
            self.activity.add(
                PageRequest(
                    visitor,
                    began,
                    self.command,
                    path[:500],
                    answer.what,
                    answer.status,
                    seconds,
                    answer.outcome or _outcome(answer.status),
                    answer.reason,
                    answer.call_id,
                    answer.script,
                )
            )

    def _visitor(self, path: str, query: str) -> tuple[Visitor | None, Answer | None]:
        """Whose request it is; nobody's is told nothing. A key in the query is changed for a cookie."""
        here = self.connection.getsockname()[1]
        host = host_of(self.headers)
        if host is None or host[1] != here:
            return None, None
        known = self.visitors.by_host(host[0])
        if known is not None:
            return known, None
        if host[0] not in ("localhost", "127.0.0.1", "[::1]"):
            return None, None
        known = self.visitors.by_cookie(here, cookies_of(self.headers))
        if known is not None or path != "/" or self.command != "GET":
            return known, None
        key = parse_qs(query, max_num_fields=5).get("key", [""])[0]
        known = self.visitors.use_key(here, key)
        if known is None:
            return None, None
        cookie = f"{known.cookie_name}={known.key}; Path=/; HttpOnly; SameSite=Strict"
        return known, Answer(302, headers=[("Location", "/"), ("Set-Cookie", cookie)])

    def _answer(self, visitor: Visitor, path: str, query: str) -> Answer:
        origin = f"http://{self.headers.get('Host')}"
        refusal = foreign_page(self.command, self.headers, origin)
        data: bytes | Refusal = b""
        if refusal is None and self.command == "POST":
            data = self._body()
        elif refusal is None and self.headers.get("Content-Length", "0") != "0":
            refusal = Refusal(400, "this request takes no body")
        if isinstance(data, Refusal):
            refusal = data
        if refusal is not None or isinstance(data, Refusal):
            self.close_connection = True
            return text_answer(refusal.status, refusal.text) if refusal else Answer(400)
        try:
            decoded = unquote_to_bytes(path).decode("utf-8")
        except UnicodeDecodeError:
            return text_answer(400, "the path is not UTF-8")
        request = Request(visitor, self.command, decoded, query, self.headers, data)
        try:
            return type(self).respond(request)
        except Exception:  # noqa: BLE001  # our own fault, logged in full; the next request must be answered
            _log.exception("%s %s failed", self.command, path)
            return text_answer(500, "internal error")

    def _body(self) -> bytes | Refusal:
        kind = self.headers.get("Content-Type").partition(";")[0].strip().lower()
        is_upload = kind == "multipart/form-data" and self.path == "/api/site/upload"
        if kind != "application/json" and not is_upload:
            return Refusal(415, "send application/json")
        length = body_length(self.headers, most=MAX_UPLOAD if is_upload else MAX_JSON)
        if isinstance(length, Refusal):
            return length
        return self._read(length)

    def _read(self, length: int) -> bytes | Refusal:
        """The body, which must come within :data:`BODY_SECONDS`."""
        until, chunks, left = time.monotonic() + BODY_SECONDS, [], length
        try:
            if self.headers.get("Expect").lower() == "100-continue":
                self._push(b"HTTP/1.1 100 Continue\r\n\r\n")
            while left:
                self.connection.settimeout(max(0.01, until - time.monotonic()))
                chunk = self.rfile.read1(min(left, _CHUNK))
                if not chunk:
                    return Refusal(400, "the body ends too soon")
                chunks.append(chunk)
                left -= len(chunk)
                if time.monotonic() > until:
                    return Refusal(408, "the body arrives too slowly")
        except TimeoutError:
            return Refusal(408, "the body arrives too slowly")
        finally:
            self.connection.settimeout(IDLE_SECONDS)
        return b"".join(chunks)

    def _write(self, answer: Answer) -> None:
        try:
            self._send(answer)
            self.wfile.flush()  # before anything is noted: nobody waits for that
        except (OSError, ValueError):  # the browser is gone, or the connection was closed with the server
            self.close_connection = True
        finally:
            if answer.stream is not None:
                answer.stream.close()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (*SECURITY, *answer.headers):
            self.send_header(name, value)
        has_body = answer.status not in (204, 304)
        if has_body:
            self.send_header("Content-Type", answer.content_type)
        if answer.follow is not None:
            self.send_header("Connection", "close")
            self.close_connection = True
        elif has_body:
            self.send_header("Content-Length", str(answer.length if answer.stream else len(answer.body)))
        if self.close_connection and answer.follow is None:
            self.send_header("Connection", "close")
        if not any(name == "Cache-Control" for name, _value in answer.headers):
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "HEAD" or not has_body:
            return
        if answer.follow is not None:
            answer.follow(self._push)
        elif answer.stream is not None:
            self._copy(replace(answer))
        else:
            self.wfile.write(answer.body)

    def _copy(self, answer: Answer) -> None:
        assert answer.stream is not None
        answer.stream.seek(answer.start)
        left = answer.length
        while left > 0:
            chunk = answer.stream.read(min(left, _CHUNK))
            if not chunk:  # the file became shorter: the browser sees that something is missing
                self.close_connection = True
                return
            self.wfile.write(chunk)
            left -= len(chunk)

    def _push(self, data: bytes) -> bool:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except (OSError, ValueError):
            return False
        return True


def _outcome(status: int) -> str:
    if status < 400:
        return "ok"
    return {404: "not found", 502: "not reached"}.get(status, "refused")
