"""Questions about what is shown: the values of a column, who wrote a row, the table's schema, a long cell."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Signal

from goop_console.services.intents import Intent
from goop_console.tabs.data.editing.intents import change_schema
from goop_console.tabs.data.questions.facets_dialog import FacetsDialog
from goop_console.tabs.data.questions.who_presenter import WhoPresenter
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.tables.schema_dialog import SchemaDialog
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import Deadline, LongValue, TableInfo, TableUse

_FACET_SECONDS = 10.0


class QuestionsPresenter(QObject):
    """``value_chosen(column, value)`` to filter by, ``schema_changed`` when the table is another one now."""

    value_chosen = Signal(str, object)
    schema_changed = Signal()

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._rows = rows
        self.who = WhoPresenter(context, view)
        self.who.line_requested.connect(self.open_script)

    def show_facets(self) -> None:
        """The values of the current column, with how many rows have each."""
        index, query = self._view.grid.currentIndex(), self._rows.query
        if not index.isValid() or query is None:
            return
        column = self._view.rows.columns[index.column()].name
        dialog = FacetsDialog(column, self._view)
        dialog.value_chosen.connect(lambda value: self.value_chosen.emit(column, value))
        data, deadline = self._engine.data, Deadline(_FACET_SECONDS)
        dialog.finished.connect(lambda _result: deadline.revoke())
        self._context.operations.run(
            lambda: data.rows.facets(query, column, deadline),
            owner=dialog,
            done=lambda found: dialog.show_facets(*found),
            failed=lambda error: dialog.fail(str(error)),
        )
        dialog.open()

    def why_not_who(self) -> str:
        """Why it is not known who writes rows of the table; empty when it is."""
        table, keys = self._rows.table, self._view.rows.keys
        is_known = table is not None and table.is_writable and (not keys or isinstance(keys[0], int))
        return "" if is_known else "Writes to this table are not recorded."

    def show_who(self) -> None:
        """Who wrote the current row."""
        index, table = self._view.grid.currentIndex(), self._rows.table
        if not index.isValid() or table is None:
            return
        key = self._view.rows.key(index.row())
        if self.why_not_who() or not isinstance(key, int):
            self._context.notify.info(self.why_not_who())
            return
        self.who.show(table.name, key)

    def show_peer(self) -> None:
        """The peer who owns the current row, in the Groups tab."""
        index = self._view.grid.currentIndex()
        owner = self._view.rows.owner_of(index.row())
        if owner:
            self._context.navigate("groups", peer_id=owner)
        else:
            self._context.notify.info("The owner of the row is not known to this site.")

    def open_script(self, script: str, kind: str, line: int) -> None:
        """Show a line of a script in its tab."""
        self._context.navigate("scripts", name=script, kind=kind, line=line)

    def show_schema(self, table: TableInfo) -> None:
        """What the table is; the scripts that use it come a moment later."""
        view, data, rows = self._view.schema, self._engine.data, self._rows

        def done(uses: tuple[TableUse, ...]) -> None:
            if rows.table is not None and rows.table.name == table.name:
                view.show_uses(uses)

        view.show_table(table)
        self._context.operations.run(lambda: data.uses(table.name), owner=self, done=done)

    def change_schema(self) -> None:
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

        def applied(intent: Intent) -> None:
            dialog.accept()
            self._context.notify.info(intent.done_words)
            self.schema_changed.emit()

        def apply(typed: str) -> None:
            intent = change_schema(data, name, typed)
            self._context.operations.run_long(
                intent.work,
                owner=dialog,
                done=lambda _plan: applied(intent),
                failed=lambda error: dialog.fail(str(error)),
            )

        dialog.plan_requested.connect(plan)
        dialog.apply_requested.connect(apply)
        dialog.open()

    def show_cell(self, index: QModelIndex) -> None:
        """The cell in the pane beside the grid; a long one is read whole first."""
        rows, view = self._view.rows, self._view
        if not index.isValid() or not rows.is_read(index.row()):
            if rows.rowCount():
                view.detail.clear()
            else:
                view.detail.show_nothing()
            return
        column, value = rows.columns[index.column()], rows.value(index.row(), index.column())
        places = view.grid.columns_in_order()
        fields = [(place, rows.columns[place].name) for place in places]
        row = QPersistentModelIndex(index)
        view.detail.show_row(fields, lambda place: rows.text_beside(row, place), index.column())
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
