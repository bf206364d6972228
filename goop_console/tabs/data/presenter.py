"""What the Data tab does: which table is open and how, and following the database's changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from goop_console.tabs.data.editing.edit_presenter import EditPresenter
from goop_console.tabs.data.editing.paste_presenter import PastePresenter
from goop_console.tabs.data.editing.writing import Writing
from goop_console.tabs.data.files.files_presenter import FilesPresenter
from goop_console.tabs.data.long_work import LongWork
from goop_console.tabs.data.questions.checks_view import ChecksPresenter
from goop_console.tabs.data.questions.questions_presenter import QuestionsPresenter
from goop_console.tabs.data.rows.copy_presenter import CopyPresenter
from goop_console.tabs.data.rows.grid_state import GridFacts
from goop_console.tabs.data.rows.layouts import TableLayout, layouts_of, text_of, texts_of
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.sql.sql_presenter import SqlPresenter
from goop_console.tabs.data.tables.access_words import access_words
from goop_console.tabs.data.tables.tables_presenter import TablesPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.data.viewer import Viewers
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import Filter, KnownError, LongValue, Order, RowQuery, TableInfo

_EXTERNAL = "external"  # the origin of what another program has written
_KINDS = {"orm": "ORM table", "view": "view", "virtual": "virtual table"}


class DataPresenter(QObject):
    """Connects the session's data to the view."""

    def __init__(self, context: TabContext, view: DataView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._rows = RowsPresenter(context, view)
        self._long = LongWork(context.operations, view)
        self._writing = Writing(context, view, self._rows, self._long)
        self.edits = EditPresenter(context, view, self._rows, self._writing)
        self.pasting = PastePresenter(context, view, self._rows, self._writing)
        self.copying = CopyPresenter(context, view, self._rows, self._long)
        self.files = FilesPresenter(context, view, self._rows, self._long, self._writing)
        self.sql = SqlPresenter(context, view.sql)
        self.checks = ChecksPresenter(context, view.checks)
        self.questions = QuestionsPresenter(context, view, self._rows)
        self.viewers = Viewers(context, view, self)
        self._tables = TablesPresenter(context, view, self)
        self._layouts: dict[str, TableLayout] = {}
        self._wanted_table = ""  # asked for while the tables are not known
        self._is_link = False  # somebody waits for the wanted table
        self._connect()
        self._enable()
        self._tables.load()

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        view.tables.table_chosen.connect(self.open_table)
        view.filter.text_changed.connect(lambda _text: self.requery())
        view.where.returnPressed.connect(self.requery)
        view.where.textChanged.connect(lambda text: None if text else self.requery())
        view.grid.header.filters_changed.connect(self.requery)
        view.grid.sort_chosen.connect(self._on_sort_chosen)
        view.grid.command.connect(self.run)
        view.command.connect(self.run)
        view.state_action.connect(self._on_state_action)
        view.system_columns.toggled.connect(self._on_system_columns)
        view.detail.column_chosen.connect(view.grid.go_to_column)
        view.detail.editor.closed.connect(lambda: self.questions.show_cell(view.grid.currentIndex()))
        view.schema.use_chosen.connect(self.questions.open_script)
        view.schema.change_requested.connect(self.questions.change_schema)
        if self._engine.is_read_only:
            view.schema.change.setEnabled(False)
            view.schema.change.setToolTip("The site is open for reading only.")
        view.edits.undo_chosen.connect(self.edits.undo)
        view.edits.redo_chosen.connect(self.edits.redo)
        self._writing.written.connect(self._on_edited)
        self.sql.written.connect(self._on_edited)
        view.checks.rows_requested.connect(self.open_rows)
        self.questions.value_chosen.connect(self._filter_by)
        self.questions.schema_changed.connect(self.refresh)
        self._rows.failed.connect(self._say_error)
        self._rows.shown.connect(self._on_shown)
        self._rows.cell_shown.connect(self.questions.show_cell)
        self._tables.loaded.connect(self._on_tables_loaded)
        self._tables.counted.connect(lambda _name: self._rows.show_count())
        self.viewers.changed.connect(self.requery)
        self.files.working_changed.connect(self._enable)
        session.data_changed.connect(self._on_data_changed)
        session.rows_changed.connect(self._on_rows_changed)
        self._on_edited()

    # the tables

    def _on_tables_loaded(self) -> None:
        """The wanted table, else the one that is open, else the first."""
        tables = self._tables.tables
        wanted, self._wanted_table = self._wanted_table, ""
        if wanted and wanted not in tables and self._is_link:
            self._context.notify.info(f"There is no table {wanted}.")
        self._is_link = False
        self._rows.set_names(self._tables.names)
        self.sql.set_tables(tuple(tables.values()))
        if not tables:
            self._rows.close()
            self._enable()
            self._view.set_title("", "")
            self._view.show_state(
                "No tables yet",
                "A template or a table schema makes tables; "
                "rows that scripts insert show up here as they are "
                "written.",
            )
            return
        current = self._rows.query.table if self._rows.query is not None else ""
        name = next((one for one in (wanted, current) if one in tables), next(iter(tables)))
        self.open_table(name)
        if self._rows.table is not None and self._rows.table != tables[name]:
            self._rows.set_table(tables[name])
            self._show_table(tables[name])

    def open_table(self, name: str) -> None:
        """Show the rows of ``name``; nothing happens when they are shown already."""
        if name not in self._tables.tables:
            self._wanted_table = name
            return
        self._view.tables.select(name)
        if self._rows.query is None or self._rows.query.table != name:
            self._keep_layout()
            self._view.notice.dismiss()
            table = self._tables.tables[name]
            layout = self._layouts.get(name, TableLayout())
            self._view.where.setText(layout.where)
            self._view.grid.header.set_columns(tuple(column.name for column in table.columns))
            self._view.grid.header.set_texts(layout.filters)
            self._show_table(table)
            self._show(table)
            self._enable()

    def open_link(self, name: str) -> None:
        """As ``open_table``; a table that is not known is looked for once more."""
        self.open_table(name)
        if self._wanted_table:
            self._is_link = True
            self._tables.load()

    def open_rows(self, name: str, where: str) -> None:
        """The rows of ``name`` for which the SQL condition ``where`` holds."""
        self._layouts[name] = replace(self._layouts.get(name, TableLayout()), where=where, filters={})
        if self._rows.query is not None and self._rows.query.table == name:
            self._view.where.setText(where)
            self._view.grid.header.set_texts({})
            self.requery()
        else:
            self.open_table(name)
        self._view.pages.setCurrentIndex(0)

    def _show_table(self, table: TableInfo) -> None:
        own = [column for column in table.columns if not column.is_system] or table.columns
        kind = _KINDS.get(table.kind, f"{table.kind} table")
        about = [kind, counted(len(own), "column"), access_words(table.access)]
        self._view.set_title(table.name, " · ".join(part for part in about if part))
        self.questions.show_schema(table)

    # the query

    def _show(self, table: TableInfo) -> None:
        layout = self._layouts.get(table.name, TableLayout())
        filters = self._view.grid.header.texts()
        known = {column.name for column in table.columns}
        query = RowQuery(
            table.name,
            tuple(Filter(column, text) for column, text in filters.items() if column in known),
            self._view.where.text().strip(),
            self._view.filter.text(),
            tuple(Order(column, down) for column, down in layout.order if column in known),
        )
        narrowed, decision = self.viewers.seen(query, table)
        self._view.clear_filters.setVisible(bool(query.filters or query.where))
        if narrowed is None:
            self._rows.close()
            self._view.show_state(f"{self.viewers.name} may not read {table.name}", decision.reason)
            self._enable()
            return
        self._rows.whose = f"{self.viewers.name} may read: {decision.reason}" if decision.reason else ""
        self._rows.show(table, narrowed)

    def requery(self) -> None:
        """What is typed, or whose eyes are looked through, has changed: read anew."""
        table = self._tables.tables.get(self._view.tables.current())
        if table is not None:
            self._keep_layout()
            self._show(table)

    def _on_shown(self) -> None:
        """The first page of another query is in the grid."""
        view, table = self._view, self._rows.table
        if table is None:
            return
        layout = self._layouts.get(table.name, TableLayout())
        grid = view.grid
        grid.header.set_columns(tuple(column.name for column in view.rows.columns))
        grid.header.set_texts(layout.filters)
        grid.set_hidden_columns(set(layout.hidden))
        grid.put_system_columns_last()
        if layout.columns:
            grid.set_column_order(list(layout.columns))
        grid.set_sort(list(layout.order))
        grid.set_widths(layout.widths)
        grid.frozen.set_names(layout.frozen)
        view.system_columns.setEnabled(any(not column.is_system for column in view.rows.columns))
        grid.show_system_columns(view.system_columns.isChecked())
        self._enable()

    def _enable(self) -> None:
        why_not = self.viewers.why_read_only(self._rows.table, has_keys=self._rows.has_keys)
        if not why_not and not self._rows.is_shown:
            why_not = "The rows are not read yet."
        facts = GridFacts(why_not, self.questions.why_not_who())
        self._view.set_facts(facts, self.files.why_busy)

    def _on_sort_chosen(self, column: str, descending: bool, is_added: bool) -> None:
        table = self._rows.table
        if table is None:
            return
        self._keep_layout()
        layout = self._layouts.get(table.name, TableLayout())
        kept = tuple(one for one in layout.order if one[0] != column) if is_added else ()
        order = (*kept, (column, descending)) if column else ()
        self._layouts[table.name] = replace(layout, order=order)
        self._show(table)

    def _on_state_action(self) -> None:
        query = self._rows.query
        if query is not None and query.is_narrowed and self._rows.is_shown:
            self._view.filter.set_text("")
            self.run("clear-filters")
        else:
            self.refresh()

    def _clear_filters(self) -> None:
        self._view.grid.header.set_texts({})
        self._view.where.blockSignals(True)
        self._view.where.clear()
        self._view.where.blockSignals(False)
        self.requery()

    def _filter_by(self, column: str, value: Any) -> None:
        if isinstance(value, (LongValue, bytes)):
            self._context.notify.info("A blob or a long text cannot be filtered by here: use WHERE.")
            return
        texts = self._view.grid.header.texts() | {column: Filter.equal(column, value).text}
        self._view.filters.setChecked(True)
        self._view.grid.header.set_texts(texts)
        self.requery()

    # commands

    def run(self, name: str) -> None:
        """Do what a key, a button or an entry of a menu says."""
        edits = self.edits
        actions: dict[str, Callable[[], object]] = {
            "new": edits.new_row,
            "duplicate": edits.duplicate_row,
            "form": edits.edit_row,
            "delete": edits.delete_rows,
            "null": edits.set_null,
            "fill": edits.fill,
            "paste": self.pasting.paste,
            "paste-rows": self.pasting.paste_rows,
            "undo": edits.undo,
            "redo": edits.redo,
            "clear-filters": self._clear_filters,
            "facets": self.questions.show_facets,
            "filter-value": self._filter_by_current,
            "who": self.questions.show_who,
            "peer": self.questions.show_peer,
            "copy-headers": lambda: self.copying.copy("text", with_header=True),
            "import": self.files.import_rows,
            "export": self.files.export,
            "export-selected": lambda: self.files.export(only_selected=True),
            "show-all": self._view.grid.show_all_columns,
        }
        if name.startswith("copy:"):
            self.copying.copy(name.removeprefix("copy:"))
        elif name in actions:
            actions[name]()

    def _filter_by_current(self) -> None:
        index, rows = self._view.grid.currentIndex(), self._view.rows
        if index.isValid():
            self._filter_by(rows.columns[index.column()].name, rows.value(index.row(), index.column()))

    # what happens

    def _say_error(self, what: str, error: Exception) -> None:
        """The world's faults are shown where they happen; our own also go to the notifier with everything
        that helps.
        """
        if self._rows.query is not None and not self._rows.query.is_narrowed:
            self._enable()  # a table that cannot be read is not edited either
        if what:
            self._view.set_count(f"{what}: {error} · F5 tries again", is_error=True)
        if not isinstance(error, KnownError):
            self._context.notify.error("The Data tab failed", f"{type(error).__name__}: {error}")

    def _on_data_changed(self, tables: tuple[str, ...], origin: str) -> None:
        query = self._rows.query
        if query is not None and origin == _EXTERNAL and (not tables or query.table in tables):
            self._view.show_external_change()
        self._tables.mark_changed(tables)

    def _on_rows_changed(self, changes: Mapping[str, frozenset[int] | None]) -> None:
        """Which rows of which tables were written; no table: any."""
        if (query := self._rows.query) is None:
            return
        is_view = self._rows.table is not None and self._rows.table.kind == "view"
        if not changes or query.table in changes or is_view:
            self._rows.mark_changed(changes.get(query.table) if changes else None)

    def _on_edited(self) -> None:
        entries = self._engine.data.undo.entries()
        self._view.edits.show_entries(entries)
        self._view.buttons["undo"].setEnabled(any(not one.is_undone for one in entries))
        self._view.buttons["redo"].setEnabled(any(one.is_undone for one in entries))
        done = sum(not one.is_undone for one in entries)
        self._view.pages.setTabText(2, f"Edits ({done})" if done else "Edits")

    def _on_system_columns(self, is_shown: bool) -> None:
        self._view.grid.show_system_columns(is_shown)
        self.questions.show_cell(self._view.grid.currentIndex())

    # for the tab

    def refresh(self) -> None:
        """Read tables and rows again."""
        self._tables.load()
        self._rows.refresh()

    @property
    def is_settled(self) -> bool:
        """No read is under way or due."""
        return (
            self._view.filter.is_settled
            and self._view.grid.header.is_settled
            and self._tables.is_settled
            and self.questions.who.is_settled
            and not (self._rows.is_reading or self._long)
            and not (self.sql.is_running or self.checks.is_running)
        )

    def _keep_layout(self) -> None:
        query, grid = self._rows.query, self._view.grid
        if query is None or not self._rows.is_shown:
            return
        known = self._layouts.get(query.table, TableLayout())
        self._layouts[query.table] = TableLayout(
            order=known.order,
            widths=grid.widths() or known.widths,
            hidden=tuple(grid.hidden_columns()),
            columns=tuple(grid.column_order()),
            filters=grid.header.texts(),
            where=self._view.where.text().strip(),
            frozen=grid.frozen.names(),
        )

    def save_state(self) -> dict[str, Any]:
        """Table, filter, and each table's layout as plain JSON data."""
        self._keep_layout()
        table = self._rows.query.table if self._rows.query is not None else self._wanted_table
        layouts = {name: layout.to_json() for name, layout in self._layouts.items()}
        return {
            "table": table,
            "filter": self._view.filter.text(),
            "layouts": layouts,
            "sql": self.sql.history,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave; what does not fit any more is left out."""
        self._layouts = layouts_of(state.get("layouts"))
        self._view.filter.set_text(text_of(state.get("filter")))
        self.sql.set_history(texts_of(state.get("sql")))
        table = text_of(state.get("table"))
        current = self._rows.query.table if self._rows.query is not None else ""
        if current and table in ("", current):
            layout = self._layouts.get(current, TableLayout())
            self._view.where.setText(layout.where)
            self._view.grid.header.set_texts(layout.filters)
            info = self._tables.tables.get(current)
            if info is not None:
                self._show(info)
        elif table:
            self.open_table(table)
