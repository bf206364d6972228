"""What callers were in the template's group, remembered until somebody's role may be another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from lua_engine.base.errors import KnownError
from lua_engine.base.events import DataChanged, Event, GroupClosed, GroupsChanged, TemplateChanged

_MAX: Final = 10_000  # callers that are remembered

ROLE_CHANGES = (GroupsChanged, GroupClosed, TemplateChanged, DataChanged)
"""Events after which somebody may have another role."""


class RoleBook:
    """Thread-safe. ``role_of`` asks the site; a site that cannot say has no roles at that moment."""

    def __init__(self, role_of: Callable[[str], str]) -> None:
        self._role_of = role_of
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def role(self, peer_id: str) -> str:
        """``owner``, a role, or empty for a stranger."""
        known = self._known.get(peer_id)
        return self._ask(peer_id) if known is None else known

    def on_event(self, event: Event) -> None:
        """Forget what may have changed. The tables of groups begin with ``_``, as all of Goop2's own."""
        is_other = isinstance(event, (GroupsChanged, GroupClosed, TemplateChanged))
        if isinstance(event, DataChanged):
            is_other = not event.tables or any(name.startswith("_") for name in event.tables)
        if is_other:
            with self._lock:
                self._known = {}

    def _ask(self, peer_id: str) -> str:
        with self._lock:
            known = self._known
        try:
            role = self._role_of(peer_id)
        except KnownError:  # the database is closed, or another program holds it
            return ""
        with self._lock:
            if known is self._known and len(known) < _MAX:
                known[peer_id] = role
        return role
