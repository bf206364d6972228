"""What the Data tab does: which table is open and how, and following the database's changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from goop_console.tabs.data.checks_view import ChecksPresenter
from goop_console.tabs.data.copy_presenter import CopyPresenter
from goop_console.tabs.data.edit_presenter import EditPresenter
from goop_console.tabs.data.facets_dialog import FacetsDialog
from goop_console.tabs.data.files_presenter import FilesPresenter
from goop_console.tabs.data.layouts import TableLayout, layouts_of
from goop_console.tabs.data.rows_presenter import RowsPresenter
from goop_console.tabs.data.schema_dialog import SchemaDialog
from goop_console.tabs.data.sql_presenter import SqlPresenter
from goop_console.tabs.data.tables_presenter import TablesPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.data.viewer import Viewers
from goop_console.tabs.data.who_dialog import WhoDialog
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import Deadline, Filter, KnownError, LongValue, Order, RowQuery, TableInfo, TableUse

_OUTSIDE = "outside"  # the origin of what another program has written
_KINDS = {"orm": "ORM table", "view": "view", "virtual": "virtual table"}
_FACET_SECONDS = 10.0


class DataPresenter(QObject):
    """Connects the session's data to the view."""

    def __init__(self, context: TabContext, view: DataView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._rows = RowsPresenter(context, view)
        self.edits = EditPresenter(context, view, self._rows)
        self.copying = CopyPresenter(context, view, self._rows)
        self.files = FilesPresenter(context, view, self._rows)
        self.sql = SqlPresenter(context, view.sql)
        self.checks = ChecksPresenter(context, view.checks)
        self.viewers = Viewers(context, view, self)
        self._tables = TablesPresenter(context, view, self)
        self._layouts: dict[str, TableLayout] = {}
        self._wanted_table = ""  # asked for while the tables are not known
        self._is_link = False  # somebody waits for the wanted table
        self._connect()
        self._add_shortcuts()
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
        view.schema.use_chosen.connect(self._open_script)
        view.schema.change_wanted.connect(self._change_schema)
        view.schema.change.setEnabled(not self._engine.is_read_only)
        view.edits.undo_chosen.connect(self.edits.undo)
        view.edits.redo_chosen.connect(self.edits.redo)
        self.edits.edited.connect(self._on_edited)
        self.files.imported.connect(self._on_edited)
        self.sql.written.connect(self._on_edited)
        view.checks.rows_wanted.connect(self.open_rows)
        self._rows.failed.connect(self._say_error)
        self._rows.shown.connect(self._on_shown)
        self._rows.cell_shown.connect(self._show_cell)
        self._tables.loaded.connect(self._on_tables_loaded)
        self._tables.counted.connect(lambda _name: self._rows.show_count())
        self.viewers.changed.connect(self.requery)
        session.data_changed.connect(self._on_data_changed)
        session.rows_changed.connect(self._on_rows_changed)
        self._on_edited()

    def _add_shortcuts(self) -> None:
        for name, keys in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z"), ("redo", "Ctrl+Y")):
            action = QAction(name.capitalize(), self._view)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, name=name: self.run(name))
            self._view.addAction(action)

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
        self._view.schema.show_table(table)
        self._context.operations.run(
            lambda: self._engine.data.uses(table.name),
            owner=self,
            done=lambda uses: self._show_uses(table.name, uses),
        )

    def _show_uses(self, name: str, uses: tuple[TableUse, ...]) -> None:
        if self._rows.table is not None and self._rows.table.name == name:
            self._view.schema.show_uses(uses)

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
        name = self._view.tables.current()
        table = self._tables.tables.get(name)
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
        view.system_columns.setEnabled(any(not column.is_system for column in view.rows.columns))
        grid.show_system_columns(view.system_columns.isChecked())
        self._enable()

    def _enable(self) -> None:
        table = self._rows.table
        why_not = ""
        if self._engine.is_read_only:
            why_not = "The site is open for reading only."
        elif table is None or not table.is_writable:
            why_not = f"A {table.kind} cannot be edited." if table is not None else "No table is open."
        elif not self._rows.has_keys:
            why_not = "Nothing tells the rows of this table apart."
        elif self.viewers.is_other:
            why_not = self.viewers.refusals(table)
        self._view.grid.set_can_edit(not why_not, why_not)
        for action in self._view.menu.actions():
            if action.text().startswith(("Import", "Paste")):
                action.setEnabled(not why_not)
        for name in ("new", "delete"):
            self._view.buttons[name].setEnabled(not why_not)
            if why_not:
                self._view.buttons[name].setToolTip(why_not)

    def _on_sort_chosen(self, column: str, descending: bool, _is_added: bool) -> None:
        table = self._rows.table
        if table is not None:
            self._keep_layout()
            order = ((column, descending),) if column else ()
            self._layouts[table.name] = replace(self._layouts.get(table.name, TableLayout()), order=order)
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
        acts: dict[str, Callable[[], object]] = {
            "new": edits.new_row,
            "duplicate": edits.duplicate_row,
            "form": edits.edit_row,
            "delete": edits.delete_rows,
            "null": edits.set_null,
            "fill": edits.fill,
            "paste": edits.paste,
            "paste-rows": edits.paste_rows,
            "undo": edits.undo,
            "redo": edits.redo,
            "clear-filters": self._clear_filters,
            "facets": self._show_facets,
            "filter-value": self._filter_by_current,
            "who": self._show_who,
            "copy-headers": lambda: self.copying.copy("text", with_header=True),
            "import": self.files.import_rows,
            "export": self.files.export,
            "export-selected": lambda: self.files.export(only_selected=True),
            "show-all": self._view.grid.show_all_columns,
        }
        if name.startswith("copy:"):
            self.copying.copy(name.removeprefix("copy:"))
        elif name in acts:
            acts[name]()

    def _filter_by_current(self) -> None:
        index, rows = self._view.grid.currentIndex(), self._view.rows
        if index.isValid():
            self._filter_by(rows.columns[index.column()].name, rows.value(index.row(), index.column()))

    def _show_facets(self) -> None:
        index, query = self._view.grid.currentIndex(), self._rows.query
        if not index.isValid() or query is None:
            return
        column = self._view.rows.columns[index.column()].name
        dialog = FacetsDialog(column, self._view)
        dialog.value_chosen.connect(lambda value: self._filter_by(column, value))
        data, deadline = self._engine.data, Deadline(_FACET_SECONDS)
        dialog.finished.connect(lambda _result: deadline.revoke())
        self._context.operations.run(
            lambda: data.rows.facets(query, column, deadline),
            owner=dialog,
            done=lambda found: dialog.show_facets(*found),
            failed=lambda error: dialog.fail(str(error)),
        )
        dialog.open()

    def _show_who(self) -> None:
        index, table = self._view.grid.currentIndex(), self._rows.table
        if not index.isValid() or table is None:
            return
        key = self._view.rows.key(index.row())
        if not isinstance(key, int) or not table.is_writable:
            self._context.notify.info("The writes of this table are not followed.")
            return
        history = self._engine.data.writes.of_row(table.name, key)
        dialog = WhoDialog(f"row {key} of {table.name}", history, self._view)
        dialog.call_chosen.connect(lambda call_id: self._context.navigate("logs", call_id=call_id))
        dialog.line_chosen.connect(self._open_script)
        dialog.open()

    def _open_script(self, script: str, kind: str, line: int) -> None:
        self._context.navigate("scripts", name=script, kind=kind, line=line)

    # the schema

    def _change_schema(self) -> None:
        """The schema in an editor, with what it would change."""
        table, data = self._rows.table, self._engine.data
        if table is None:
            return
        name = table.name
        self._context.operations.run(
            lambda: data.schemas.text(name),
            owner=self,
            done=lambda text: self._open_schema(name, text),
            failed=lambda error: self._context.notify.error("The schema cannot be read", str(error)),
        )

    def _open_schema(self, name: str, text: str) -> None:
        dialog, data = SchemaDialog(name, text, self._view), self._engine.data
        run = self._context.operations.run

        def plan(typed: str) -> None:
            run(
                lambda: data.schemas.plan(name, typed),
                owner=dialog,
                done=dialog.show_plan,
                failed=lambda error: dialog.fail(str(error)),
            )

        def applied(_plan: object) -> None:
            dialog.accept()
            self._context.notify.info(f"The schema of {name} was changed.")
            self.refresh()

        def apply(typed: str) -> None:
            run(
                lambda: data.change_schema(name, typed),
                owner=dialog,
                done=applied,
                failed=lambda error: dialog.fail(str(error)),
            )

        dialog.plan_wanted.connect(plan)
        dialog.apply_wanted.connect(apply)
        dialog.open()

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
        if query is not None and origin == _OUTSIDE and (not tables or query.table in tables):
            self._view.say_changed_outside()
        self._tables.mark_changed(tables)

    def _on_rows_changed(self, changes: Mapping[str, frozenset[int] | None]) -> None:
        """Which rows of which tables were written; no table: any."""
        query = self._rows.query
        if query is None:
            return
        if not changes or query.table in changes or self._is_view():
            self._rows.mark_changed(changes.get(query.table) if changes else None)

    def _is_view(self) -> bool:
        return self._rows.table is not None and self._rows.table.kind == "view"

    def _on_edited(self) -> None:
        entries = self._engine.data.undo.entries()
        self._view.edits.show_entries(entries)
        self._view.buttons["undo"].setEnabled(any(not one.is_undone for one in entries))
        self._view.buttons["redo"].setEnabled(any(one.is_undone for one in entries))
        done = sum(not one.is_undone for one in entries)
        self._view.pages.setTabText(2, f"Edits ({done})" if done else "Edits")

    def _on_system_columns(self, is_shown: bool) -> None:
        self._view.grid.show_system_columns(is_shown)
        self._show_cell(self._view.grid.currentIndex())

    # the cell

    def _show_cell(self, index: QModelIndex) -> None:
        rows, view = self._view.rows, self._view
        if not index.isValid() or not rows.is_read(index.row()):
            if not rows.rowCount():
                return
            view.detail.clear()
            return
        column, value = rows.columns[index.column()], rows.value(index.row(), index.column())
        places = view.grid.columns_in_order()
        fields = [(place, rows.columns[place].name, rows.text(index.row(), place)) for place in places]
        view.detail.show_row(fields, index.column())
        name = rows.names.get(value, "") if column.name == "_owner" and isinstance(value, str) else ""
        if not isinstance(value, LongValue):
            view.detail.show_cell(column, value, name)
            return
        view.detail.show_cell(column, value.start)
        table, key, place = self._rows.table, rows.key(index.row()), (index.row(), index.column())
        if table is None or not self._rows.has_keys:
            return

        def done(whole: Any) -> None:
            now = view.grid.currentIndex()
            if (now.row(), now.column()) == place:
                view.detail.show_cell(column, whole)

        data = self._engine.data
        self._context.operations.run(
            lambda: data.rows.cell(table.name, key, column.name),
            owner=self,
            done=done,
            failed=lambda _error: None,  # the row is gone: the grid says so
        )

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
            and not (self._rows.is_reading or self.edits.is_writing or self.copying.is_copying)
            and not (self.files.is_working or self.sql.is_running or self.checks.is_running)
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
        self._view.filter.set_text(_text_of(state.get("filter")))
        history = state.get("sql")
        self.sql.set_history(
            [one for one in history if isinstance(one, str)] if isinstance(history, list) else []
        )
        table = _text_of(state.get("table"))
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
