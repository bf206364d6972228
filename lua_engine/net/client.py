"""The HTTP client behind ``goop.http``: one guarded exchange at a time, redirects included.

httpx takes a quarter of a second to import, so it is imported by the first request, not with the engine.
"""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lua_engine.base.deadline import Deadline
from lua_engine.net.body import read_body, too_large
from lua_engine.net.errors import HttpError
from lua_engine.net.policy import AddressPolicy, Target
from lua_engine.net.resolver import Resolver

if TYPE_CHECKING:
    import ssl

    import httpx

    from lua_engine.net.transport import GuardedTransport

MAX_RESPONSE_BYTES = 1024 * 1024
MAX_REDIRECTS = 5
USER_AGENT = "goop-console"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: ``body`` is at most the client's cap; ``url`` is where the redirects ended, without
    credentials.
    """

    status: int
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Message:
    """One request of an exchange."""

    method: str
    target: Target
    content: bytes = b""
    content_type: str = ""
    credentials: tuple[str, str] | None = None


class HttpClient:
    """Thread-safe. Nothing is kept between requests: no cookies, no connections, no cache."""

    def __init__(
        self,
        policy: AddressPolicy | None = None,
        *,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        max_bytes: int = MAX_RESPONSE_BYTES,
        max_redirects: int = MAX_REDIRECTS,
    ) -> None:
        self._policy = policy or AddressPolicy()
        self._resolver = resolver or Resolver()
        self._tls = tls
        self._tls_lock = threading.Lock()
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects

    def get(self, url: str, *, deadline: Deadline) -> Response:
        """GET ``url``; raises :class:`HttpError`, or ``CallKilled`` when the deadline comes first."""
        target = self._policy.check_url(url)
        return self._exchange(_Message("GET", target, credentials=target.credentials), deadline)

    def post(self, url: str, content: bytes, content_type: str, *, deadline: Deadline) -> Response:
        """POST ``content`` to ``url``; raises as :meth:`get` does."""
        target = self._policy.check_url(url)
        return self._exchange(_Message("POST", target, content, content_type, target.credentials), deadline)

    def find_end(self, url: str, *, deadline: Deadline) -> str:
        """Where the redirects of ``url`` end; every address on the way is checked, no body is read. Raises as
        :meth:`get` does.
        """
        target = self._policy.check_url(url)
        message = _Message("GET", target, credentials=target.credentials)
        return self._exchange(message, deadline, with_body=False).url

    def _exchange(self, message: _Message, deadline: Deadline, *, with_body: bool = True) -> Response:
        from lua_engine.net.transport import GuardedTransport

        deadline.check()
        transport = GuardedTransport(self._policy, self._resolver, deadline, self._tls_context())
        try:
            for _ in range(self._max_redirects + 1):
                answer = self._send(transport, message, with_body=with_body)
                if isinstance(answer, Response):
                    return answer
                message = answer
        finally:
            transport.close()
        raise HttpError(f"too many redirects (more than {self._max_redirects})")

    def _send(
        self, transport: GuardedTransport, message: _Message, *, with_body: bool
    ) -> Response | _Message:
        """The answer, or the request that a redirect asks for."""
        response = transport.handle_request(_to_httpx(message))
        try:
            location = response.headers.get("location")
            if location and response.status_code in _REDIRECTS:
                return self._redirected(message, response.status_code, location)
            if not with_body:
                return Response(response.status_code, b"", message.target.url)
            self._check_length(response)
            body = read_body(
                response.iter_raw(), response.headers.get("content-encoding", ""), self._max_bytes
            )
            return Response(response.status_code, body, message.target.url)
        finally:
            response.close()

    def _check_length(self, response: httpx.Response) -> None:
        """Refuse a body that is announced as too large before any of it is read."""
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._max_bytes:
            raise too_large(self._max_bytes)

    def _redirected(self, message: _Message, status: int, location: str) -> _Message:
        """The next request, its URL checked like the first. Credentials stay with the origin they were given
        for.
        """
        try:
            target = self._policy.check_url(urljoin(message.target.url, location))
        except ValueError:
            raise HttpError("malformed response: bad redirect") from None
        credentials = target.credentials or (
            message.credentials if target.origin == message.target.origin else None
        )
        if status in (307, 308) or message.method == "GET":
            return _Message(message.method, target, message.content, message.content_type, credentials)
        return _Message("GET", target, credentials=credentials)

    def _tls_context(self) -> ssl.SSLContext:
        """One for all requests: loading the certificate authorities takes some 20 ms."""
        with self._tls_lock:
            if self._tls is None:
                import httpx

                self._tls = httpx.create_ssl_context(trust_env=False)
            return self._tls


def _to_httpx(message: _Message) -> httpx.Request:
    import httpx

    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",  # compressed bodies are read under the same cap, but nobody needs them
        "Connection": "close",
    }
    if message.content_type:
        headers["Content-Type"] = message.content_type
    if message.credentials:
        pair = ":".join(message.credentials).encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
    content = message.content if message.method == "POST" else None
    return httpx.Request(message.method, message.target.url, headers=headers, content=content)
