"""The list of tables: read again when something changed, the rows of each counted on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from goop_console.services.refresher import Refresher
from goop_console.services.work import Work
from goop_console.tabs.data.people import known_peers
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import Engine, KnownError, Peer, TableInfo

_DELAY_MS = 400  # not after every write


@dataclass(frozen=True, slots=True)
class _Found:
    """One reading of the list."""

    tables: tuple[TableInfo, ...]
    peers: tuple[Peer, ...]
    problems: tuple[str, ...]


def _read(engine: Engine) -> _Found:
    peers, problem = known_peers(engine)
    problems = [str(one) for one in engine.schemas.problems()]
    if problem:
        problems.append(f"The names of peers are not known: {problem}")
    return _Found(engine.data.tables(), peers, tuple(problems))


class TablesPresenter(QObject):
    """``loaded`` when the list was read, ``counted(name)`` when the rows of a table were counted."""

    loaded = Signal()
    counted = Signal(str)

    def __init__(self, context: TabContext, view: DataView, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = engine = context.session.engine
        self._view = view
        self.tables: dict[str, TableInfo] = {}
        self.names: Mapping[str, str] = {}  # peer id to label
        self._is_counting = False
        self._to_count: dict[str, None] = {}  # in order
        self._work = Work(context.operations, context.notify, self)
        self._list = Refresher(context.operations, lambda: _read(engine), delay_ms=_DELAY_MS, parent=self)
        self._list.read.connect(self._on_read)
        self._list.failed.connect(self._on_failed)

    @property
    def is_settled(self) -> bool:
        """What is shown is what there is."""
        return self._list.is_settled and not (self._is_counting or self._to_count)

    def load(self) -> None:
        """Read the list of tables and the peers' names."""
        self._list.read_now()

    def mark_changed(self, tables: Iterable[str]) -> None:
        """Rows of ``tables`` (none: of any) were written; a view may show them too."""
        changed = set(tables)
        names = [one.name for one in self.tables.values() if one.name in changed or one.kind == "view"]
        self._to_count.update(dict.fromkeys(names if changed else self.tables))
        self._list.read_soon()

    def _on_read(self, found: _Found) -> None:
        tables = found.tables
        self._view.tables.show_problems(found.problems)
        fresh = [table.name for table in tables if table.name not in self.tables]
        self.tables = {table.name: table for table in tables}
        self.names = {peer.id: peer.name for peer in found.peers}
        self._view.tables.set_tables(tables)
        self._to_count.update(dict.fromkeys(fresh))
        self.loaded.emit()
        self._count()

    def _on_failed(self, error: Exception) -> None:
        if self.tables:
            self._view.set_count(f"The tables cannot be read: {error} · F5 tries again", is_error=True)
        else:
            self._view.show_state("The tables cannot be read", str(error), "Try again")
        if not isinstance(error, KnownError):
            self._context.notify.exception(error)

    def _count(self) -> None:
        """One table after the other, each with its own limit: a slow view holds up no other."""
        if self._is_counting:
            return
        name = next((one for one in self._to_count if one in self.tables), "")
        if not name:
            self._to_count.clear()
            return
        del self._to_count[name]
        self._is_counting = True
        engine = self._engine

        def done(count: int | None) -> None:
            self._is_counting = False
            self._view.tables.model.set_count(name, count)
            self.counted.emit(name)
            self._count()

        # A view that cannot be read has no count: opening it says why.
        self._work.run(lambda: engine.data.count(name), done=done, failed=lambda _reason: done(None))
