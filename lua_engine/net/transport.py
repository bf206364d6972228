"""httpx's transport, with the guard where the connection is made.

One transport serves one ``goop.http`` call. A name is resolved once, **every** address of it is checked, and
the connection goes to an address that was checked: there is no second look-up that could answer differently
(DNS rebinding). The ``Host`` header and the TLS name stay the URL's. There is no proxy, no cookie jar,
nothing from the environment.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from lua_engine.base.deadline import Deadline
from lua_engine.net.errors import AddressRefused, HttpError
from lua_engine.net.policy import AddressPolicy, IPAddress
from lua_engine.net.resolver import Resolver
from lua_engine.net.stream import GuardedStream, connect

MAX_ATTEMPTS = 4  # addresses of one name that are tried


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore: resolve, check, connect."""

    def __init__(self, policy: AddressPolicy, resolver: Resolver, deadline: Deadline) -> None:
        self._policy = policy
        self._resolver = resolver
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        addresses = self._checked_addresses(host)[:MAX_ATTEMPTS]
        reason = ""
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                # Each address gets its share of the time, so that a dead first one does not use up all of it.
                sock = connect(address, port, self._deadline, self._deadline.remaining() / left)
            except OSError as error:
                reason = error.strerror or str(error)
            else:
                return GuardedStream(sock, self._deadline)
        raise HttpError(f"cannot connect to {host}:{port}: {reason}")

    def _checked_addresses(self, host: str) -> tuple[IPAddress, ...]:
        addresses = self._addresses(host)
        for address in addresses:
            reason = self._policy.check_address(address)
            if reason is None and not self._policy.is_allowed_by_name(address) and _is_this_machine(address):
                reason = "an address of this machine"
            if reason:
                raise AddressRefused(f"address refused: {host} is {reason}")
        return addresses

    def _addresses(self, host: str) -> tuple[IPAddress, ...]:
        try:
            return (ip_address(host),)
        except ValueError:
            return self._resolver.resolve(host, self._deadline)


def _is_this_machine(address: IPAddress) -> bool:
    """Whether the system would reach ``address`` without leaving; asks the routing table, sends nothing.

    The public address of the owner's own machine passes the policy, but what listens there is meant for this
    machine.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return ip_address(probe.getsockname()[0]) == address
    except OSError:
        return False  # no route: connecting will say so


class GuardedTransport(httpx.BaseTransport):
    """Speaks HTTP/1.1 over :class:`GuardedBackend`. Raises :class:`HttpError` and ``CallKilled`` only."""

    def __init__(
        self, policy: AddressPolicy, resolver: Resolver, deadline: Deadline, tls: ssl.SSLContext
    ) -> None:
        self._policy = policy
        backend = GuardedBackend(policy, resolver, deadline)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its URL is checked here too, so that no caller can forget it."""
        target = self._policy.check_url(str(request.url))
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=target.scheme, host=target.host, port=target.port, target=request.url.raw_path
            ),
            headers=request.headers.raw,
            content=request.read(),
        )
        with _translated():
            answer = self._pool.handle_request(inner)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        with _translated():
            self._pool.close()


class _Body(httpx.SyncByteStream):
    """The response's bytes as they arrive, undecoded."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        with _translated():
            self._answer.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise HttpError(f"connection lost: {error}") from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise HttpError(f"malformed response: {error}") from None
