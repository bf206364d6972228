"""The rows of the open table: reads them off the Qt thread, one read at a time, and merges what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QObject, Signal

from goop_console.tabs.data.query import MAX_MERGED_ROWS, RowQuery, read_again, read_page
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import RowPage, TableInfo

_OWNER = "_owner"


class RowsPresenter(QObject):
    """Shows one :class:`RowQuery` at a time. Reads never overlap, so a page cannot mix with a merge."""

    failed = Signal(str, Exception)

    def __init__(self, context: TabContext, view: DataView) -> None:
        super().__init__(view)
        self._operations = context.operations
        self._engine = context.session.engine
        self._view = view
        self._table: TableInfo | None = None
        self._query: RowQuery | None = None
        self._names: Mapping[str, str] = {}
        self._widths: dict[str, dict[str, int]] = {}
        self._is_shown = False  # the first page of the query is in the grid
        self._is_reading = False
        self._is_dirty = self._is_page_wanted = False
        view.rows.page_wanted.connect(self._on_page_wanted)
        view.grid.cell_chosen.connect(self._show_cell)
        view.detail.column_chosen.connect(view.grid.go_to_column)
        view.system_columns.toggled.connect(self._on_system_columns)

    @property
    def query(self) -> RowQuery | None:
        """What is shown or being read."""
        return self._query

    @property
    def is_reading(self) -> bool:
        return self._is_reading

    @property
    def is_shown(self) -> bool:
        """The first page of the query is in the grid."""
        return self._is_shown

    def set_names(self, names: Mapping[str, str]) -> None:
        """Peer id to label."""
        self._names = names
        self._view.rows.set_names(names)

    def set_table(self, table: TableInfo) -> None:
        """Newer facts about the open table: its row count."""
        self._table = table
        self.show_count()

    # the first page

    def show(self, table: TableInfo, query: RowQuery) -> None:
        """Begin at the first page of ``query``, which is about ``table``."""
        self._keep_widths()
        self._table, self._query, self._is_shown = table, query, False
        self._is_page_wanted = self._is_dirty = False
        self._view.detail.clear()
        self._view.set_count("Reading…")
        if not self._is_reading:  # else the read under way comes back here
            self._read_first(query)

    def close(self) -> None:
        """Show no table."""
        self._keep_widths()
        self._table, self._query, self._is_shown = None, None, False
        self._view.rows.clear()
        self._view.detail.show_nothing()
        self._view.set_count("")

    def refresh(self) -> None:
        """Read the rows that are shown again, or begin anew where they are too many or could not be read."""
        if self._query is None or self._table is None:
            return
        if self._is_shown and self._view.rows.rowCount() <= MAX_MERGED_ROWS:
            self.mark_changed()
            self.go_on()
        else:
            self.show(self._table, self._query)

    def mark_changed(self) -> None:
        """The table changed; ``go_on`` reads it again."""
        self._is_dirty = True

    def _read_first(self, query: RowQuery) -> None:
        engine = self._engine
        self._run(query, lambda: read_page(engine, query, None), self._on_first_read, self._on_first_failed)

    def _on_first_read(self, query: RowQuery, page: RowPage) -> None:
        if self._table is None:
            return
        view = self._view
        view.rows.show_page(self._table, page)
        self._is_shown = True
        view.grid.put_system_columns_last()
        view.grid.set_sort(query.order or "", query.descending)
        view.grid.set_widths(self._widths.get(query.table, {}))
        view.system_columns.setEnabled(any(not column.is_system for column in view.rows.columns))
        view.grid.show_system_columns(view.system_columns.isChecked())
        self._show_rows_or_state(query)
        if view.rows.rowCount():
            view.grid.scrollToTop()
            self._choose_first()
        self.go_on()

    def _choose_first(self) -> None:
        grid = self._view.grid
        grid.setCurrentIndex(self._view.rows.index(0, next(iter(grid.columns_in_order()), 0)))

    def _on_first_failed(self, query: RowQuery, error: Exception) -> None:
        self._view.rows.clear()
        self._view.detail.show_nothing()
        self._view.show_state(f"{query.table} cannot be read", str(error), "Try again")
        self._view.set_count("")
        self.failed.emit("", error)

    # more rows, and changed rows

    def _on_page_wanted(self) -> None:
        self._is_page_wanted = True
        self.go_on()

    def go_on(self) -> None:
        """Start the next read that is wanted, if none is under way."""
        query = self._query
        if self._is_reading or not self._is_shown or query is None:
            return
        if self._is_dirty:
            self._read_again(query)
        elif self._is_page_wanted and self._view.rows.has_more:
            self._is_page_wanted = False
            engine, after = self._engine, self._view.rows.last
            self._run(query, lambda: read_page(engine, query, after), self._on_next_read, self._on_failed)

    def _on_next_read(self, _query: RowQuery, page: RowPage) -> None:
        self._view.rows.append(page)
        self.show_count()
        self.go_on()

    def _read_again(self, query: RowQuery) -> None:
        self._is_dirty = False
        engine, shown = self._engine, self._view.rows.rowCount()
        if shown > MAX_MERGED_ROWS:
            self._view.set_count(
                f"{shown:,} rows read · the table has changed since: F5 reads it again from the top"
            )
        else:
            self._run(query, lambda: read_again(engine, query, shown), self._on_read_again, self._on_failed)

    def _on_read_again(self, query: RowQuery, page: RowPage) -> None:
        if page.columns != tuple(column.name for column in self._view.rows.columns):
            self._on_first_read(query, page)  # the table itself changed
            return
        with self._view.grid.kept_place():
            self._view.rows.merge(page)
        self._show_rows_or_state(query)
        if self._view.rows.rowCount() and not self._view.grid.currentIndex().isValid():
            self._choose_first()  # of a table that was empty
        elif self._view.rows.rowCount():
            self._show_cell(self._view.grid.currentIndex())
        self.go_on()

    def _on_failed(self, _query: RowQuery, error: Exception) -> None:
        self._view.rows.is_loading = self._is_page_wanted = self._is_dirty = False
        self.failed.emit("The rows cannot be read", error)

    def _run(
        self,
        query: RowQuery,
        work: Callable[[], RowPage],
        done: Callable[[RowQuery, RowPage], None],
        failed: Callable[[RowQuery, Exception], None],
    ) -> None:
        """Read off the Qt thread; the answer is dropped when something else is wanted by then."""
        self._is_reading = True

        def deliver(answer: Callable[[], None]) -> None:
            self._is_reading = False
            if query == self._query:
                answer()
            elif self._query is not None and not self._is_shown:
                self._read_first(self._query)

        self._operations.run(
            work,
            owner=self,
            done=lambda page: deliver(lambda: done(query, page)),
            failed=lambda error: deliver(lambda: failed(query, error)),
        )

    # what is said and shown

    def _show_rows_or_state(self, query: RowQuery) -> None:
        if self._view.rows.rowCount():
            self._view.show_grid()
        else:
            self._view.detail.show_nothing()
            self._show_state(query)
        self.show_count()

    def _show_state(self, query: RowQuery) -> None:
        if query.contains:
            self._view.show_state(
                "No row matches", f"No row of {query.table} contains “{query.contains}”.", "Clear the filter"
            )
            return
        is_system = self._table is not None and self._table.kind == "system"
        who = "Goop2 or this console writes them" if is_system else "a script inserts them"
        self._view.show_state(f"{query.table} has no rows", f"Rows appear here as soon as {who}.")

    def show_count(self) -> None:
        """Say how many rows there are."""
        if self._query is None or not self._is_shown:
            return
        shown, more = self._view.rows.rowCount(), self._view.rows.has_more
        total = self._view.tables.model.count(self._query.table) if not self._query.contains else None
        is_one = shown == 1 and not more
        if more and total is not None and total > shown:
            text = f"{shown:,} of {total:,} rows read"
        else:
            text = f"{shown:,}{' or more' if more else ''} row{'' if is_one else 's'}"
        if self._query.contains:
            text += f" contain{'s' if is_one else ''} “{self._query.contains}”"
        self._view.set_count(text + (" · scroll down for more" if more else ""))

    def _show_cell(self, index: QModelIndex) -> None:
        if not index.isValid():
            self._view.detail.clear()
            return
        rows = self._view.rows
        column, value = rows.columns[index.column()], rows.value(index.row(), index.column())
        places = self._view.grid.columns_in_order()
        self._view.detail.show_row(
            [(place, rows.columns[place].name, rows.text(index.row(), place)) for place in places],
            index.column(),
        )
        self._view.detail.show_cell(
            column, value, self._names.get(value, "") if column.name == _OWNER else ""
        )

    def _on_system_columns(self, is_shown: bool) -> None:
        self._view.grid.show_system_columns(is_shown)
        self._show_cell(self._view.grid.currentIndex())

    # widths

    def set_contains(self, text: str) -> None:
        """Narrow the rows to those that contain ``text``."""
        if self._query is not None and self._table is not None and text != self._query.contains:
            self.show(self._table, replace(self._query, contains=text))

    def widths(self) -> dict[str, dict[str, int]]:
        """Column widths that a person set, by table and column."""
        self._keep_widths()
        return self._widths

    def set_widths(self, widths: dict[str, dict[str, int]]) -> None:
        self._widths = widths

    def _keep_widths(self) -> None:
        widths = self._view.grid.widths()
        if self._query is not None and self._is_shown and widths:
            self._widths[self._query.table] = widths
