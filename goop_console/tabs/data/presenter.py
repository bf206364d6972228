"""What the Data tab does: the list of tables, which one is open, and following the database's changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer

from goop_console.tabs.data.query import RowQuery
from goop_console.tabs.data.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import KnownError, Peer, TableInfo

_CHANGE_DELAY_MS = 120
_COUNT_DELAY_MS = 400  # counting rows may take the engine half a second: not after every write
_NO_TABLES = (
    "A template or a table schema makes tables; rows that scripts insert show up here as they are written."
)

_OUTSIDE = "outside"  # the origin of what another program has written
_KINDS = {"orm": "ORM"}


class DataPresenter(QObject):
    """Connects the session's data to the view."""

    def __init__(self, context: TabContext, view: DataView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._rows = RowsPresenter(context, view)
        self._tables: dict[str, TableInfo] = {}
        self._wanted_table = ""  # asked for while the tables are not known
        self._is_link = False  # somebody waits for the wanted table
        self._sorts: dict[str, tuple[str, bool]] = {}
        self._is_reading = self._is_dirty = self._is_counting = False
        self._counted: set[str] = set()
        self._changed: set[str] = set()
        self._changes = self._timer(_CHANGE_DELAY_MS, self._rows.go_on)
        self._counts = self._timer(_COUNT_DELAY_MS, self.load_tables)
        self._connect()
        self.load_tables()

    def _timer(self, milliseconds: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        view.tables.table_chosen.connect(self.open_table)
        view.filter.text_changed.connect(self._rows.set_contains)
        view.grid.sort_chosen.connect(self._on_sort_chosen)
        view.grid.copied.connect(self._on_copied)
        view.state_action.connect(self._on_state_action)
        self._rows.failed.connect(self._say_error)
        session.data_changed.connect(self._on_data_changed)

    # the tables

    def load_tables(self) -> None:
        """Read the list of tables and the peers' names."""
        if self._is_reading:
            self._is_dirty = True
            return
        self._is_reading, self._is_dirty = True, False
        engine = self._engine
        self._context.operations.run(
            lambda: (engine.data.tables(), engine.peers.all()),
            owner=self,
            done=self._on_tables_read,
            failed=self._on_tables_failed,
        )

    def _on_tables_read(self, found: tuple[tuple[TableInfo, ...], tuple[Peer, ...]]) -> None:
        self._is_reading = False
        tables, peers = found
        self._tables = {table.name: table for table in tables}
        self._rows.set_names({peer.id: peer.name for peer in peers})
        self._view.tables.set_tables(tables)
        self._choose_table()
        self._count(tuple(self._uncounted() if self._counted else self._tables))
        if self._is_dirty:
            self.load_tables()

    def _uncounted(self) -> list[str]:
        return [name for name in self._tables if name not in self._counted or name in self._changed]

    def _count(self, names: tuple[str, ...]) -> None:
        """Count the rows of ``names``, one table after the other, each with its own limit."""
        if self._is_counting:
            return
        if not names:
            self._rows.show_count()
            return
        self._is_counting = True
        name, engine = names[0], self._engine
        self._changed.discard(name)

        def counted_rows(count: int | None) -> None:
            self._is_counting = False
            self._counted.add(name)
            self._view.tables.model.set_count(name, count)
            self._count(tuple(self._uncounted()))

        self._context.operations.run(
            lambda: engine.data.count(name),
            owner=self,
            done=counted_rows,
            failed=lambda _error: counted_rows(None),  # a view that cannot be read: opening it says why
        )

    def _choose_table(self) -> None:
        """The wanted table, else the one that is open, else the first."""
        wanted, self._wanted_table = self._wanted_table, ""
        if wanted and wanted not in self._tables and self._is_link:
            self._context.notify.info(f"There is no table {wanted}.")
        self._is_link = False
        if not self._tables:
            self._rows.close()
            self._view.set_title("", "")
            self._view.show_state("No tables yet", _NO_TABLES)
            return
        current = self._rows.query.table if self._rows.query is not None else ""
        name = next((one for one in (wanted, current) if one in self._tables), next(iter(self._tables)))
        self.open_table(name)
        self._show_title(self._tables[name])
        self._rows.set_table(self._tables[name])

    def _on_tables_failed(self, error: Exception) -> None:
        self._is_reading = False
        if self._tables:
            self._say_error("The tables cannot be read", error)
            return
        self._view.show_state("The tables cannot be read", str(error), "Try again")
        self._say_error("", error)

    def open_table(self, name: str) -> None:
        """Show the rows of ``name``; nothing happens when they are shown already."""
        if name not in self._tables:
            self._wanted_table = name
            return
        self._view.tables.select(name)
        if self._rows.query is None or self._rows.query.table != name:
            self._show(name)

    def open_link(self, name: str) -> None:
        """As ``open_table``; a table that is not known is looked for once more."""
        self.open_table(name)
        if self._wanted_table:
            self._is_link = True
            self.load_tables()

    def _show(self, name: str) -> None:
        order, descending = self._sorts.get(name, ("", False))
        self._show_title(self._tables[name])
        self._rows.show(
            self._tables[name], RowQuery(name, order or None, descending, self._view.filter.text())
        )

    def _show_title(self, table: TableInfo) -> None:
        own = [column for column in table.columns if not column.is_system] or table.columns
        parts = [
            f"{_KINDS.get(table.kind, table.kind)} table",
            counted(len(own), "column"),
            access_words(table.access),
        ]
        self._view.set_title(table.name, " · ".join(part for part in parts if part))

    # what happens

    def _say_error(self, what: str, error: Exception) -> None:
        """The world's faults are shown where they happen; our own also go to the notifier with everything
        that helps.
        """
        if what:
            self._view.set_count(f"{what}: {error} · F5 tries again", is_error=True)
        if not isinstance(error, KnownError):
            self._context.notify.error("The Data tab failed", f"{type(error).__name__}: {error}")

    def _on_data_changed(self, tables: tuple[str, ...], origin: str) -> None:
        query = self._rows.query
        if query is not None and (not tables or query.table in tables):
            if origin == _OUTSIDE:
                self._view.say_changed_outside()
            self._rows.mark_changed()
            if not self._changes.isActive():
                self._changes.start()
        self._changed |= set(tables) if tables else set(self._tables)
        if not self._counts.isActive():
            self._counts.start()

    def _on_sort_chosen(self, column: str, descending: bool) -> None:
        if self._rows.query is not None:
            name = self._rows.query.table
            self._sorts[name] = (column, descending)
            self._show(name)

    def _on_copied(self, copied: int, selected: int) -> None:
        if copied < selected:
            self._context.notify.info(
                f"Copied the first {copied:,} of {selected:,} rows: more would stop the window."
            )

    def _on_state_action(self) -> None:
        if self._rows.query is not None and self._rows.query.contains and self._rows.is_shown:
            self._view.filter.set_text("")
            self._rows.set_contains("")
        else:
            self.refresh()

    # for the tab

    def refresh(self) -> None:
        """Read tables and rows again."""
        self.load_tables()
        self._rows.refresh()

    @property
    def is_settled(self) -> bool:
        """No read is under way or due."""
        return self._view.filter.is_settled and not (
            self._is_reading
            or self._is_counting
            or self._rows.is_reading
            or self._changes.isActive()
            or self._counts.isActive()
        )

    def save_state(self) -> dict[str, Any]:
        """Table, sort orders, filter and widths as plain JSON data."""
        table = self._rows.query.table if self._rows.query is not None else self._wanted_table
        sorts = {name: [column, descending] for name, (column, descending) in self._sorts.items() if column}
        return {
            "table": table,
            "sorts": sorts,
            "filter": self._view.filter.text(),
            "widths": self._rows.widths(),
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave; what does not fit any more is left out."""
        self._sorts = _sorts_of(state.get("sorts"))
        self._rows.set_widths(_widths_of(state.get("widths")))
        self._view.filter.set_text(_text_of(state.get("filter")))
        table = _text_of(state.get("table"))
        if self._rows.query is not None and table in ("", self._rows.query.table):
            self._show(self._rows.query.table)
        elif table:
            self.open_table(table)


def access_words(access: Mapping[str, str]) -> str:
    """Who may do what, level by level: ``read open, insert group, update and delete owner``; empty for a
    table without rules.
    """
    levels: dict[str, list[str]] = {}
    for action, level in access.items():
        levels.setdefault(level, []).append(action)
    return ", ".join(
        f"{' and '.join([', '.join(actions[:-1])] * bool(actions[:-1]) + actions[-1:])} {level}"
        for level, actions in levels.items()
    )


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _sorts_of(sorts: Any) -> dict[str, tuple[str, bool]]:
    pairs = sorts.items() if isinstance(sorts, dict) else ()
    return {
        name: (one[0], bool(one[1]))
        for name, one in pairs
        if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)
    }


def _widths_of(widths: Any) -> dict[str, dict[str, int]]:
    tables = widths.items() if isinstance(widths, dict) else ()
    return {
        name: {column: width for column, width in one.items() if isinstance(width, int) and width > 0}
        for name, one in tables
        if isinstance(one, dict)
    }
