"""The rows of the open table: reads them off the Qt thread, follows what is written,
and says how many there are.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from goop_console.tabs.data.rows.query import (
    Rows,
    read_again,
    read_first,
    read_rest,
    with_changes,
)
from goop_console.tabs.data.rows.readings import Readings
from goop_console.tabs.data.rows.rows_model import WINDOW
from goop_console.tabs.data.rows.rows_words import count_words, empty_words
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import Page, RowKey, RowQuery, TableInfo

_MAX_FOLLOWED = 1_000  # changed rows that are read one by one
_FOLLOW_MS = 120


class RowsPresenter(QObject):
    """Shows one :class:`RowQuery` at a time; a reading whose query is not wanted any more is cancelled."""

    failed = Signal(str, Exception)
    shown = Signal()  # the first page of another query is in the grid
    cell_shown = Signal(QModelIndex)

    def __init__(self, context: TabContext, view: DataView) -> None:
        super().__init__(view)
        self._data = context.session.engine.data
        self._view = view
        self._table: TableInfo | None = None
        self._query: RowQuery | None = None
        self._has_keys = False
        self._is_shown = False
        self._readings = Readings(context.operations, self)
        self._is_fetching = False
        self._changed: set[int] | None = set()  # rows to be read again; None: any
        self._last_seconds = 0.0
        self._wanted_row: tuple[RowKey, int] | None = (
            None  # that was current before the same table was sorted
        )
        self.whose = ""  # who may read the rows that are shown, when not everybody's are
        self._follow_timer = QTimer(self)
        self._follow_timer.setSingleShot(True)
        self._follow_timer.timeout.connect(self.follow)
        view.rows.rows_requested.connect(self._on_rows_requested)
        view.grid.cell_chosen.connect(self._on_cell_chosen)

    @property
    def query(self) -> RowQuery | None:
        """What is shown or being read."""
        return self._query

    @property
    def table(self) -> TableInfo | None:
        """The table that is open."""
        return self._table

    @property
    def has_keys(self) -> bool:
        """Can the rows that are shown be found again? (Those of a view cannot.)"""
        return self._has_keys

    @property
    def is_reading(self) -> bool:
        return bool(self._readings) or self._follow_timer.isActive()

    @property
    def is_shown(self) -> bool:
        """The first page of the query is in the grid."""
        return self._is_shown

    def set_names(self, names: Mapping[str, str]) -> None:
        """Peer id to label."""
        self._view.rows.set_names(names)

    def set_table(self, table: TableInfo) -> None:
        """Newer facts about the open table."""
        self._table = table
        self.show_count()

    # from the first page to the last

    def show(self, table: TableInfo, query: RowQuery) -> None:
        """Begin at the first page of ``query``, which is about ``table``."""
        self._cancel()
        is_same_table = self._table is not None and self._query is not None and self._table.name == table.name
        self._wanted_row = self._current_row() if is_same_table else None
        self._table, self._query, self._is_shown = table, query, False
        self._changed = set()
        if not is_same_table:
            self._view.rows.clear()
            self._view.detail.clear()
        self._view.set_count("Reading…")
        self._readings.run(
            lambda deadline: read_first(self._data, query, deadline), self._on_first, self._on_first_failed
        )

    def close(self) -> None:
        """Show no table."""
        self._cancel()
        self._table, self._query, self._is_shown = None, None, False
        self._view.rows.clear()
        self._view.detail.show_nothing()
        self._view.set_count("")

    def refresh(self) -> None:
        """Read everything again."""
        if self._query is None or self._table is None:
            return
        if self._is_shown:
            self.mark_changed(None)
            self.follow()
        else:
            self.show(self._table, self._query)

    def _on_first(self, found: tuple[Page, bool]) -> None:
        page, self._has_keys = found
        if self._table is None or self._query is None:
            return
        view = self._view
        view.rows.keeps_all = not self._has_keys
        view.rows.show_page(self._table, page)
        self._is_shown = True
        self.shown.emit()
        self._show_rows_or_state()
        if view.rows.rowCount():
            view.grid.scrollToTop()
            self._choose_first()
            self._go_to_wanted_row(view.rows.row_of_key(self._wanted_row[0]) if self._wanted_row else -1)
        if page.has_more:
            query, has_keys = self._query, self._has_keys
            wanted = self._wanted_row[0] if self._wanted_row is not None else None
            self._readings.run(
                lambda deadline: read_rest(self._data, query, has_keys, deadline, wanted),
                self._on_rest,
                self._on_rest_failed,
            )

    def _on_rest(self, rows: Rows) -> None:
        with self._view.grid.kept_place():
            self._view.rows.set_order(rows.keys, is_whole=rows.is_whole)
            if rows.values:
                self._view.rows.put(rows.values)
        self._go_to_wanted_row(rows.wanted_at)
        self.show_count()
        self.follow()

    def _current_row(self) -> tuple[RowKey, int] | None:
        """Key and column of the current cell."""
        index = self._view.grid.currentIndex()
        if not index.isValid() or not self._has_keys:
            return None
        return self._view.rows.key(index.row()), index.column()

    def _go_to_wanted_row(self, row: int) -> None:
        """After another order the row that was current is current again; ``row`` is its place, -1: not among
        the rows that are known.
        """
        if self._wanted_row is None or row < 0:
            return
        self._view.grid.setCurrentIndex(self._view.rows.index(row, self._wanted_row[1]))
        self._wanted_row = None

    def _choose_first(self) -> None:
        grid = self._view.grid
        grid.setCurrentIndex(self._view.rows.index(0, next(iter(grid.columns_in_order()), 0)))

    def _on_first_failed(self, error: Exception) -> None:
        query = self._query
        if query is not None and query.is_narrowed:  # what was typed is wrong: it stays in sight
            self._view.rows.set_order([])
            self._view.show_grid()
            self.failed.emit("", error)
            self._view.set_count(str(error), is_error=True)
            return
        self._view.rows.clear()
        self._view.detail.show_nothing()
        name = query.table if query is not None else "The table"
        self._view.show_state(f"{name} cannot be read", str(error), "Try again")
        self._view.set_count("")
        self.failed.emit("", error)

    def _on_rest_failed(self, error: Exception) -> None:
        shown = self._view.rows.rowCount()
        self._view.set_count(f"The first {shown:,} rows; the others cannot be read: {error}", is_error=True)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit("The rows cannot be read", error)

    # rows that came into view

    def _on_rows_requested(self, first: int, last: int) -> None:
        if self._is_fetching or self._query is None or not self._has_keys:
            return
        top, bottom = self._view.grid.visible_span()
        if bottom >= top:
            first, last = max(first, top - WINDOW), min(last, bottom + WINDOW)
        first, last = max(0, first - WINDOW // 2), last + WINDOW // 2
        rows = self._view.rows
        keys = [key for at, key in enumerate(rows.keys_between(first, last), first) if not rows.is_read(at)]
        query = self._query
        self._is_fetching = True
        self._readings.run(
            lambda _deadline: self._data.rows.rows(query, keys), self._on_rows, self._on_rows_failed
        )

    def _on_rows(self, found: Mapping[RowKey, Any]) -> None:
        self._is_fetching = False
        self._view.rows.put(found)
        self._on_cell_chosen(self._view.grid.currentIndex())

    def _on_rows_failed(self, error: Exception) -> None:
        self._is_fetching = False
        self._on_failed(error)

    # following what is written

    def mark_changed(self, keys: Iterable[int] | None) -> None:
        """These rows of the open table changed (None: any); they are read again soon."""
        if keys is None or self._changed is None:
            self._changed = None
        else:
            self._changed |= set(keys)
            if len(self._changed) > _MAX_FOLLOWED:
                self._changed = None
        if not self._follow_timer.isActive():
            # A table that takes long to read is read less often.
            self._follow_timer.start(max(_FOLLOW_MS, int(2_000 * self._last_seconds)))

    def follow(self) -> None:
        """Read what changed, unless it is read already."""
        query, changed = self._query, self._changed
        if query is None or not self._is_shown or changed == set():
            return
        if self._readings:
            self._follow_timer.start(_FOLLOW_MS)
            return
        self._changed = set()
        in_table_order = not query.is_narrowed and not query.order and self._has_rowids()
        if changed is not None and in_table_order and not self._view.rows.has_more:
            keys = sorted(changed)
            self._readings.run(
                lambda _deadline: self._data.rows.rows(query, keys),
                lambda found: self._on_followed(keys, found),
                self._on_failed,
            )
            return
        first, last = self._view.grid.visible_span()
        in_view = self._view.rows.keys_between(first - WINDOW // 2, last + WINDOW // 2)
        has_keys, started = self._has_keys, time.monotonic()

        def done(rows: Rows) -> None:
            self._last_seconds = time.monotonic() - started
            self._on_read_again(rows)

        self._readings.run(
            lambda deadline: read_again(self._data, query, has_keys, in_view, deadline), done, self._on_failed
        )

    def _has_rowids(self) -> bool:
        keys = self._view.rows.keys
        return self._has_keys and (not len(keys) or isinstance(keys[0], int))

    def _on_followed(self, changed: list[int], found: Mapping[RowKey, Any]) -> None:
        rows = self._view.rows
        with self._view.grid.kept_place():
            rows.set_order(with_changes(rows.keys, changed, found), mark_new=True)
            rows.put(found, is_change=True, in_view=self._view.grid.visible_span())
        self._after_change()

    def _on_read_again(self, now: Rows) -> None:
        rows = self._view.rows
        if now.columns != tuple(column.name for column in rows.columns):
            if self._table is not None and self._query is not None:
                self.show(self._table, self._query)  # the table itself changed
            return
        with self._view.grid.kept_place():
            rows.set_order(now.keys, is_whole=now.is_whole, mark_new=True)
            rows.put(now.values, is_change=True, in_view=self._view.grid.visible_span())
            rows.keep_only(now.values)
        self._after_change()

    def _after_change(self) -> None:
        self._show_rows_or_state()
        if self._view.rows.rowCount() and not self._view.grid.currentIndex().isValid():
            self._choose_first()  # of a table that was empty
        self._on_cell_chosen(self._view.grid.currentIndex())
        self.follow()

    def _cancel(self) -> None:
        self._readings.cancel()
        self._is_fetching = False
        self._follow_timer.stop()

    # what is said and shown

    def _show_rows_or_state(self) -> None:
        query = self._query
        if query is None:
            return
        if self._view.rows.rowCount() or any(one.text.strip() for one in query.filters):
            self._view.show_grid()
        else:
            self._view.detail.show_nothing()
            self._view.show_state(*empty_words(query, self._table))
        self.show_count()

    def show_count(self) -> None:
        """Say how many rows there are."""
        query, rows = self._query, self._view.rows
        if query is None or not self._is_shown:
            return
        text = count_words(query, rows.rowCount(), self.whose, has_more=rows.has_more)
        goes_on = rows.has_more and bool(self._readings)
        self._view.set_count(text + (" · reading the others…" if goes_on else ""))

    def _on_cell_chosen(self, index: QModelIndex) -> None:
        self.cell_shown.emit(index)
