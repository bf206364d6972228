"""Whose eyes the grid is looked through: what a peer may read directly from a page, and why not more."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.data.people import known_peers
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.foreign_text import shown_line
from lua_engine import Decision, Peer, RowQuery, TableInfo, Viewer

_STRANGER = "a stranger"
_LETTERS = 60  # of a name or a role
_STRANGER_ID = "12D3KooWAStrangerWhoOwnsNothing"


class Viewers(QObject):
    """``changed`` when another one is chosen. The owner sees everything, system tables too."""

    changed = Signal()

    def __init__(self, context: TabContext, view: DataView, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._choices: list[tuple[str, Viewer | None]] = []
        view.viewer.activated.connect(lambda _place: self.changed.emit())
        context.session.groups_changed.connect(self.load)
        self._fill([("Owner (everything)", None)])
        self.load()

    @property
    def current(self) -> Viewer | None:
        """None: the owner, who is shown everything."""
        place = self._view.viewer.currentIndex()
        return self._choices[place][1] if 0 <= place < len(self._choices) else None

    @property
    def name(self) -> str:
        """Who it is, in words."""
        return self._view.viewer.currentText()

    @property
    def is_other(self) -> bool:
        """Somebody else than the owner."""
        return self.current is not None

    def seen(self, query: RowQuery, table: TableInfo) -> tuple[RowQuery | None, Decision]:
        """``query`` as far as the chosen one may read; None when not at all."""
        viewer = self.current
        if viewer is None:
            return query, Decision(True)
        return self._engine.data.seen_by(query, table, viewer)

    def refusals(self, table: TableInfo) -> str:
        """What the chosen one may do to ``table`` beside reading, and which level,
        role or rule refuses the rest.
        """
        viewer = self.current
        if viewer is None:
            return ""
        lines = []
        for operation, decision in self._engine.data.access(table, viewer).items():
            if operation != "read":
                lines.append(f"{operation}: {decision.reason or 'allowed'}")
        return (
            f"As {self.name}, directly from a page:\n" + "\n".join(lines) + "\nSwitch back to Owner to edit."
        )

    def why_read_only(self, table: TableInfo | None, *, has_keys: bool) -> str:
        """Why the rows of ``table`` cannot be edited just now; empty when they can."""
        if self._engine.is_read_only:
            return "The site is open for reading only."
        if table is None:
            return "No table is open."
        if not table.is_writable:
            return (
                f"A {table.kind} table cannot be edited."
                if table.kind != "view"
                else "A view cannot be edited."
            )
        if not has_keys:
            return "This table has no key that tells its rows apart."
        return self.refusals(table)

    def load(self) -> None:
        """Read who there is."""
        engine = self._engine

        def read() -> list[tuple[Peer, str]]:
            return [(peer, engine.peers.role_of(peer.id)) for peer in known_peers(engine)[0]]

        self._context.operations.run(
            read, owner=self, done=self._on_read, failed=self._context.notify.exception
        )

    def _on_read(self, peers: list[tuple[Peer, str]]) -> None:
        choices: list[tuple[str, Viewer | None]] = [("Owner (everything)", None)]
        choices += [
            (f"{_cut(peer.name)} ({_cut(role) or 'stranger'})", Viewer(peer.id, role, False))
            for peer, role in peers
            if peer.source != "owner"
        ]
        roles = sorted({role for _peer, role in peers if role and role != "owner"})
        choices += [(f"role {_cut(role)}", Viewer(_STRANGER_ID, role, False)) for role in roles]
        choices.append((_STRANGER, Viewer(_STRANGER_ID, "", False)))
        self._fill(choices)

    def _fill(self, choices: list[tuple[str, Viewer | None]]) -> None:
        box, current = self._view.viewer, self._view.viewer.currentText()
        if [text for text, _one in choices] == [text for text, _one in self._choices]:
            self._choices = choices
            return
        self._choices = choices
        box.clear()
        box.addItems([text for text, _one in choices])
        box.setCurrentIndex(max(box.findText(current), 0))


def _cut(text: str) -> str:
    return shown_line(text, _LETTERS)
