"""A preview of an open site: its visitors, and the server that answers their pages."""

from __future__ import annotations

import threading
from typing import Any

from goop_console.preview.activity import Activity
from goop_console.preview.handler import Handler
from goop_console.preview.request import Request
from goop_console.preview.server import Server
from goop_console.preview.site import Site
from goop_console.preview.visitors import Visitor, Visitors
from goop_console.resources import resource
from lua_engine import Caller, Engine, KnownError, PageCopy


class Preview:
    """Serves ``engine``'s site on this machine until :meth:`close`; on a copy of its data with ``on_copy``.

    Raises :class:`KnownError` when no copy can be made or no port is free.
    """

    def __init__(self, engine: Engine, *, on_copy: bool = False) -> None:
        self._engine = engine
        self._over = threading.Event()
        self._copy: PageCopy | None = engine.copy_pages() if on_copy else None
        self.pages = self._copy.pages if self._copy is not None else engine.pages
        self.visitors = Visitors()
        self.activity = Activity()
        self.uses_goop2_sdk = False
        """Whether ``/sdk/`` is that of the Goop2 that runs this site too; ours where it has no such file."""
        site = Site(self.pages, resource("sdk"), self._over.is_set, self._facts, self._goop2_sdk)
        members = {
            "visitors": self.visitors,
            "activity": self.activity,
            "respond": staticmethod(site.answer),
        }
        self._closing = threading.Lock()
        self._is_closed = False
        try:
            self._server = Server(type("PreviewHandler", (Handler,), members))
        except BaseException:
            self._close_copy()
            raise
        engine.pages.before_close(self.close)

    @property
    def is_on_copy(self) -> bool:
        return self._copy is not None

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where it listens: (address, port)."""
        return self._server.addresses

    def invite(self, caller: Caller) -> Visitor:
        """A visitor who is ``caller``. Raises :class:`KnownError` for a member that exists on copies only."""
        role = self._engine.calls.callers.role_of(caller)
        is_simulated = bool(role) and not self._engine.peers.role_of(caller.id)
        if is_simulated and self._copy is None:
            raise KnownError(
                f"nobody has the role {role}; give it to a member of the template's group, "
                "or open the site on a copy"
            )
        if self._copy is not None:
            self._copy.admit(caller)
        return self.visitors.add(caller, role)

    def address(self, visitor: Visitor) -> str:
        """What to open in a browser."""
        return f"http://{visitor.host}:{self.port}/"

    def address_with_port(self, visitor: Visitor) -> str:
        """What to open once in a browser that does not know names below localhost."""
        port = self._server.open_port()
        return f"http://127.0.0.1:{port}/?key={self.visitors.give_port(visitor, port)}"

    def dismiss(self, visitor: Visitor) -> None:
        """Let the visitor's address lead nowhere."""
        visitor.is_offline = True  # ends the visitor's event stream
        self.visitors.remove(visitor)

    def close(self) -> None:
        """End the streams, then the server, then the copy; closing twice does nothing. The end of the site is
        the end of its preview.
        """
        with self._closing:
            if not self._is_closed:
                self._is_closed = True
                self._over.set()
                self._server.close()
                self._close_copy()

    def _close_copy(self) -> None:
        if self._copy is not None:
            self._copy.close()

    def _goop2_sdk(self, name: str) -> bytes | None:
        return self._engine.beside.sdk_file(name) if self.uses_goop2_sdk else None

    def _facts(self, request: Request) -> dict[str, Any]:
        """What the badge in a page's corner says."""
        visitor = request.visitor
        return {"name": visitor.name, "role": visitor.role or "stranger", "on_copy": self.is_on_copy}

    def __enter__(self) -> Preview:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
