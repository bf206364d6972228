"""Who is visiting. One visitor is one origin, and the origin's name is the secret.

``http://anna-1f3c...e9.localhost:PORT/``: browsers resolve every name below ``localhost`` to this machine
themselves. The Host header then is key, check against rebinding and caller at once; cookies, storage and
service workers of two visitors are apart. Names live as long as the preview.

For a browser that does not resolve such names (Safari) a visitor gets a port of its own instead: its first
address has a key that works once and is changed for a cookie named after the port.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from dataclasses import dataclass, field

from lua_engine import Caller, VisitRecorder

_SECRET_BYTES = 10  # 80 random bits


@dataclass(slots=True)
class Visitor:
    """One visitor of the preview. ``delay`` is in seconds before each answer; ``is_offline``: the site cannot
    be reached, as when its owner's computer is switched off. ``recorder`` hears of the page's calls while the
    visit is recorded.
    """

    caller: Caller
    role: str
    host: str
    key: str = field(repr=False)
    port: int = 0
    delay: float = 0.0
    is_offline: bool = False
    recorder: VisitRecorder | None = None

    @property
    def name(self) -> str:
        return self.caller.name

    @property
    def cookie_name(self) -> str:
        """The cookie of a visitor with a port of its own."""
        return f"goop-visitor-{self.port}"


class Visitors:
    """The visitors of one preview. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_host: dict[str, Visitor] = {}
        self._by_port: dict[int, Visitor] = {}
        self._unused_keys: dict[str, Visitor] = {}

    def add(self, caller: Caller, role: str) -> Visitor:
        """A new visitor with a new name."""
        readable = re.sub(r"[^a-z0-9]+", "-", caller.name.lower())[:24].strip("-") or "visitor"
        host = f"{readable}-{secrets.token_hex(_SECRET_BYTES)}.localhost"
        visitor = Visitor(caller, role, host, secrets.token_hex(16))
        with self._lock:
            self._by_host[host] = visitor
        return visitor

    def give_port(self, visitor: Visitor, port: int) -> str:
        """Let ``visitor`` come by a port of its own; answers the key that works once."""
        key = secrets.token_hex(_SECRET_BYTES)
        with self._lock:
            visitor.port = port
            self._by_port[port] = visitor
            self._unused_keys[key] = visitor
        return key

    def remove(self, visitor: Visitor) -> None:
        """Let the name mean nobody."""
        with self._lock:
            self._by_host.pop(visitor.host, None)
            self._by_port.pop(visitor.port, None)

    def all(self) -> tuple[Visitor, ...]:
        with self._lock:
            return tuple(self._by_host.values())

    def by_host(self, host: str) -> Visitor | None:
        """The visitor whose name is ``host`` (lower case, without port)."""
        with self._lock:
            return self._by_host.get(host)

    def by_cookie(self, port: int, cookies: dict[str, str]) -> Visitor | None:
        """The visitor of ``port``, when the cookie of that port has the visitor's own key."""
        with self._lock:
            visitor = self._by_port.get(port)
        if visitor is None:
            return None
        given = cookies.get(visitor.cookie_name, "")
        return visitor if hmac.compare_digest(given.encode(), visitor.key.encode()) else None

    def use_key(self, port: int, key: str) -> Visitor | None:
        """The visitor whose key this is, the first time it is used at its port."""
        with self._lock:
            visitor = self._unused_keys.get(key)
            if visitor is None or visitor.port != port:
                return None
            del self._unused_keys[key]
            return visitor
