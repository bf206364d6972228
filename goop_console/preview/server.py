"""The listening sockets: on this machine only, IPv4 and IPv6 on one number.

Chromium asks ``[::1]`` first: if somebody else listened there, the secret name would go to them.
"""

from __future__ import annotations

import errno
import socket
import socketserver
import threading
from typing import Any

from goop_console.preview.handler import Handler
from goop_console.preview.places import Places
from lua_engine import KnownError

_TRIES = 50


class PortServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves one socket; its connections have places among all of the preview."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, listener: socket.socket, handler: type[Handler], places: Places) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.places = places

    def verify_request(self, request: Any, _client_address: Any) -> bool:
        return self.places.take(request)

    def shutdown_request(self, request: Any) -> None:
        self.places.give_back(request)
        super().shutdown_request(request)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A browser that goes away in the middle is no error; our own are answered with 500 and logged
        there.
        """


class Server:
    """Serves until :meth:`close`. More ports may be opened for visitors that need one of their own."""

    def __init__(self, handler: type[Handler]) -> None:
        self._handler = handler
        self._places = Places()
        self._servers: list[tuple[PortServer, threading.Thread]] = []
        self.port = self.open_port()

    def open_port(self) -> int:
        """Listen on a free number; answers it. Raises :class:`KnownError` when there is none."""
        listeners = _listeners()
        for listener in listeners:
            server = PortServer(listener, self._handler, self._places)
            thread = threading.Thread(
                target=server.serve_forever, args=(0.2,), name="goop-preview", daemon=True
            )
            thread.start()
            self._servers.append((server, thread))
        return int(listeners[0].getsockname()[1])

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where it listens: (address, port)."""
        return tuple(server.socket.getsockname()[:2] for server, _thread in self._servers)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        for server, _thread in self._servers:
            server.shutdown()
        self._places.close()
        for server, thread in self._servers:
            thread.join()
            server.server_close()
        self._servers = []


def _listeners() -> list[socket.socket]:
    """Two sockets on one free number, or one on a machine without IPv6."""
    for _ in range(_TRIES):
        first = _listen(socket.AF_INET, ("127.0.0.1", 0))
        port = first.getsockname()[1]
        try:
            return [first, _listen(socket.AF_INET6, ("::1", port))]
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [first]  # no IPv6 here: nobody can listen there
            first.close()
    raise KnownError("no free port on this machine for the preview")


def _listen(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    # With the protocol named: asyncio and others leave Nagle's algorithm on when it is 0.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
