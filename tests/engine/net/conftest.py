"""Real servers on loopback, and a client whose policy is opened for them only."""

from __future__ import annotations

import gzip
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.net.client import HttpClient
from lua_engine.net.policy import AddressPolicy
from lua_engine.net.resolver import Resolver

LOOPBACK = AddressPolicy(frozenset({ip_network("127.0.0.1/32")}))


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        status, headers, content = self.server.pages.get(self.path, (404, {}, b"nothing here"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class WebServer(ThreadingHTTPServer):
    """``pages`` maps a path to (status, headers, body); ``seen`` holds (method, path, headers, body) of each
    request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up at the cap is what we want."""

    @property
    def port(self) -> int:
        return self.server_address[1]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, content: bytes | str = b"ok", status: int = 200, **headers: str) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        self.page(path, b"", status, Location=location)


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


RawServer = Callable[[Callable[[socket.socket, threading.Event], None]], int]


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """``raw_server(talk)`` runs ``talk(connection, stopped)`` for each connection; the answer is the port."""
    servers: list[tuple[socketserver.ThreadingTCPServer, threading.Thread]] = []
    stopped = threading.Event()

    def start(talk: Callable[[socket.socket, threading.Event], None]) -> int:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    talk(self.request, stopped)
                except OSError:
                    return  # the client hung up

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return server.server_address[1]

    yield start
    stopped.set()
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def names(table: dict[str, Sequence[str]]) -> Resolver:
    """A resolver that knows ``table`` and nothing else."""

    def lookup(host: str) -> Sequence[str]:
        if host not in table:
            raise OSError("no such host")
        return table[host]

    return Resolver(lookup)


@pytest.fixture
def client() -> HttpClient:
    return HttpClient(LOOPBACK, resolver=names({"site.test": ["127.0.0.1"]}))


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(20)


@pytest.fixture
def bomb() -> bytes:
    return gzip.compress(bytes(200 * 1024 * 1024), compresslevel=1)
