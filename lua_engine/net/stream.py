"""A socket whose every wait ends with the call's deadline.

The socket does not block; all waiting is done here, in short slices. So a server that trickles bytes, a slow
TLS handshake and a reader that does not read are all bounded by the same point in time, and a cancelled call
stops at once.
"""

from __future__ import annotations

import os
import selectors
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpcore

from lua_engine.base.deadline import Deadline
from lua_engine.net.errors import HttpError
from lua_engine.net.policy import IPAddress

SLICE_SECONDS = 0.05
_T = TypeVar("_T")


def wait_for(sock: socket.socket, event: int, deadline: Deadline, seconds: float = SLICE_SECONDS) -> bool:
    """Wait one slice for ``sock`` to become readable or writable; raises ``CallKilled`` once the time is
    over.
    """
    deadline.check()
    with selectors.DefaultSelector() as selector:
        selector.register(sock, event)
        return bool(selector.select(min(seconds, deadline.remaining())))


def connect(address: IPAddress, port: int, deadline: Deadline, seconds: float) -> socket.socket:
    """A connected, non-blocking socket; raises ``OSError`` (also after ``seconds``) or ``CallKilled``."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _finish_connecting(sock, (str(address), port), deadline, Deadline(min(seconds, deadline.remaining())))
    except BaseException:
        sock.close()
        raise
    return sock


def _finish_connecting(
    sock: socket.socket, place: tuple[str, int], deadline: Deadline, attempt: Deadline
) -> None:
    try:
        sock.connect(place)
    except BlockingIOError:
        while not wait_for(sock, selectors.EVENT_WRITE, deadline):
            if attempt.is_over:
                raise TimeoutError("timed out") from None
    if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(error, os.strerror(error))


class GuardedStream(httpcore.NetworkStream):
    """What httpcore reads and writes. Its ``timeout`` parameters are not used: the deadline is nearer."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock: socket.socket = sock
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        with _reported_as(httpcore.ReadError):
            return self._retry(lambda: self._sock.recv(max_bytes), selectors.EVENT_READ)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        left = memoryview(buffer)
        with _reported_as(httpcore.WriteError):
            while left:
                sent = self._retry(lambda: self._sock.send(left), selectors.EVENT_WRITE)  # noqa: B023
                left = left[sent:]

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> GuardedStream:
        """Go on encrypted. The certificate is checked against ``server_hostname``: the name in the URL, not
        the pinned address.
        """
        try:
            secure = ssl_context.wrap_socket(
                self._sock, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            self._sock = secure  # wrapping took the descriptor over: from here on it is the one to close
            self._retry(secure.do_handshake, selectors.EVENT_READ)
        except BaseException as error:
            self.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                raise HttpError(f"TLS certificate refused: {error.verify_message}") from None
            if isinstance(error, OSError):
                raise HttpError(f"TLS failed: {error.strerror or error}") from None
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """httpcore asks for the TLS connection, to see which protocol was agreed on."""
        return self._sock if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket) else None

    def _retry(self, step: Callable[[], _T], event: int) -> _T:
        """Run ``step`` until it does not have to wait."""
        while True:
            self._deadline.check()
            try:
                return step()
            except ssl.SSLWantReadError:
                wanted = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                wanted = selectors.EVENT_WRITE
            except BlockingIOError:
                wanted = event
            wait_for(self._sock, wanted, self._deadline)


@contextmanager
def _reported_as(error_type: type[httpcore.NetworkError]) -> Iterator[None]:
    """httpcore knows its own errors only (a failed write, for one, may still be followed by an answer)."""
    try:
        yield
    except OSError as error:
        raise error_type(error.strerror or str(error)) from None
