"""What the callers of the log are in the template's group today, asked off the Qt thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from goop_console.services.session import Session
from goop_console.services.work import Work
from goop_console.tabs.logs.entry import LogEntry

_MAX = 2_000  # callers


class CallerRoles(QObject):
    """``changed`` comes when more is known. A call's own row has the role of its time; this is for lines."""

    changed = Signal()

    def __init__(self, session: Session, work: Work) -> None:
        super().__init__(work)
        self._engine = session.engine
        self._work = work
        self._roles: dict[str, str] = {}
        self._seen: set[str] = set()
        for signal in (session.groups_changed, session.template_changed):
            signal.connect(lambda *_: self._forget())

    def role_of(self, peer_id: str) -> str:
        """``owner``, a role, or empty for a stranger and while it is not known."""
        return self._roles.get(peer_id, "")

    def see(self, entries: list[LogEntry]) -> None:
        """Ask for the callers that are new."""
        fresh = {entry.record.caller.id for entry in entries if entry.record.caller is not None} - self._seen
        if fresh and len(self._seen) < _MAX:
            self._seen |= fresh
            self._ask(fresh)

    def _forget(self) -> None:
        known, self._seen = self._seen, set()
        if known:
            self._seen = known
            self._ask(known)

    def _ask(self, peer_ids: set[str]) -> None:
        role_of = self._engine.peers.role_of
        self._work.run(lambda: {one: role_of(one) for one in peer_ids}, done=self._on_roles)

    def _on_roles(self, roles: dict[str, str]) -> None:
        self._roles.update(roles)
        self.changed.emit()
