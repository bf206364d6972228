"""Editing: each edit is saved at once and can be undone; a conflict shows both values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QPersistentModelIndex

from goop_console.tabs.data.editing.conflict_words import conflict_lines
from goop_console.tabs.data.editing.intents import (
    ChosenRows,
    WriteRows,
    add_row,
    change_cells,
    change_row,
    delete_rows,
    fill_cells,
    redo_edit,
    undo_edit,
)
from goop_console.tabs.data.editing.row_form import RowForm
from goop_console.tabs.data.editing.writing import Writing
from goop_console.tabs.data.people import owner_id
from goop_console.tabs.data.rows.cells import cell_text
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import (
    UNKNOWN,
    CellEdit,
    EditConflict,
    KnownError,
    LongValue,
    RowKey,
    TableInfo,
    UndoConflict,
)

_MAX_SHOWN_CONFLICTS = 5


class EditPresenter(QObject):
    """From keys, buttons and the grid's editors to what is written."""

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter, writing: Writing) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._writing = writing
        self._form: RowForm | None = None
        self._beside: tuple[str, RowKey, str] = ("", 0, "")  # table, row, column
        view.grid.delegate.edited.connect(self._on_cell_edited)
        view.grid.delegate.refused.connect(self._on_cell_refused)
        view.grid.edit_beside.connect(self._on_edit_beside)
        view.detail.editor.saved.connect(self._on_saved_beside)

    @property
    def _table(self) -> TableInfo:
        assert self._rows.table is not None
        return self._rows.table

    # cells

    def _on_cell_edited(self, index: QPersistentModelIndex, value: Any) -> None:
        if not index.isValid():
            self._context.notify.info("The row no longer exists.")
            return
        rows = self._view.rows
        key, column = rows.key(index.row()), rows.columns[index.column()]
        was = rows.value(index.row(), index.column())
        shown = UNKNOWN if isinstance(was, LongValue) else was
        self._update([CellEdit(key, column.name, value, shown)])

    def _on_cell_refused(self, index: QPersistentModelIndex, text: str, message: str) -> None:
        def again() -> None:
            self._view.notice.dismiss()
            if index.isValid():
                self._view.grid.edit_again(index, text)

        self._say("warning", "Not saved", message, ("Edit again", again))

    def _update(self, edits: list[CellEdit], *, table: str = "") -> None:
        table = table or self._table.name
        self._view.notice.dismiss()
        self._writing.run(
            change_cells(self._data, table, edits),
            failed=lambda error: self._on_update_failed(table, edits, error),
        )

    def _on_update_failed(self, table: str, edits: list[CellEdit], error: Exception) -> None:
        if not isinstance(error, EditConflict):
            self._refuse(error)
            return
        if error.is_gone:
            self._say("warning", "Not saved: the row was deleted in the meantime", "")
            return
        free = [CellEdit(one.key, one.column, one.value) for one in edits]
        texts = (cell_text(error.edit.value), cell_text(error.now), cell_text(error.edit.was))
        self._say(
            "warning",
            f"{error.edit.column} was changed by somebody else while you edited it",
            "Yours: {}\nNow in the table: {}\nBefore: {}".format(*texts),
            ("Write mine", lambda: self._update(free, table=table)),
            ("Keep theirs", self._view.notice.dismiss),
        )

    def show_conflict_of(self, key: RowKey, column: str, value: Any, was: Any) -> None:
        """Try to write ``value`` over ``was``, which somebody has changed: both are shown."""
        self._update([CellEdit(key, column, value, was)])

    def _on_edit_beside(self) -> None:
        index = self._view.grid.currentIndex()
        rows = self._view.rows
        if not index.isValid() or not rows.is_editable(index.column()):
            return
        editor = self._view.detail.editor
        if editor.is_open:
            self._context.notify.info("Save or cancel the value that is being edited first.")
            editor.text.setFocus()
            return
        column, key, table = rows.columns[index.column()], rows.key(index.row()), self._table.name

        def begin(value: Any) -> None:
            self._beside = (table, key, column.name)
            self._view.edit_beside(column, value, f"row {key} of {table}")

        self._context.operations.run(
            lambda: self._data.rows.cell(table, key, column.name),
            owner=self,
            done=begin,
            failed=self._refuse,
        )

    def _on_saved_beside(self, value: Any) -> None:
        table, key, column = self._beside
        self._update([CellEdit(key, column, value)], table=table)

    def set_null(self) -> None:
        """The selected cells become NULL."""
        self._fill(None, "Set {} to NULL")

    def fill(self) -> None:
        """All selected cells get the value of the current one."""
        index = self._view.grid.currentIndex()
        if index.isValid():
            self._fill(self._view.rows.value(index.row(), index.column()), "Filled {}")

    def _fill(self, value: Any, title: str) -> None:
        rows = self._view.rows
        places = [place for place in self._view.grid.selected_columns() if rows.is_editable(place)]
        names, chosen = [rows.columns[place].name for place in places], self._chosen()
        if isinstance(value, LongValue):
            self._say("warning", "Too long to be copied into other cells", "")
        elif names and len(chosen):
            words = title.format(", ".join(names))
            self._view.notice.dismiss()
            self._writing.run(fill_cells(self._data, self._table.name, chosen, names, value, words))

    def _chosen(self) -> ChosenRows:
        return ChosenRows(self._view.rows.keys, self._view.grid.selected_spans())

    # rows

    def delete_rows(self) -> None:
        """The rows of the selection are deleted; Ctrl+Z brings them back."""
        chosen = self._chosen()
        if len(chosen):
            self._writing.run(delete_rows(self._data, self._table.name, chosen))

    def new_row(self, values: Mapping[str, Any] | None = None) -> None:
        """A form for a new row."""
        engine, table = self._context.session.engine, self._table.name

        def submit(given: Mapping[str, Any]) -> None:
            self._submit(add_row(self._data, table, given, lambda: engine.owner))

        self._open_form(f"New row of {table}", values or {"_owner": owner_id(engine)}, submit, is_new=True)

    def duplicate_row(self) -> None:
        """A form for a new row with the values of the current one."""
        self._with_current_row(
            lambda _key, values: self.new_row(
                {name: value for name, value in values.items() if not self._is_unique(name)}
            )
        )

    def _is_unique(self, name: str) -> bool:
        return any(one.name == name and (one.auto or one.is_key) for one in self._table.columns)

    def edit_row(self) -> None:
        """A form for the current row."""

        def open_form(key: RowKey, values: Mapping[str, Any]) -> None:
            table = self._table.name

            def submit(given: Mapping[str, Any]) -> None:
                self._submit(change_row(self._data, table, key, values, given))

            self._open_form(f"Row {key} of {table}", values, submit, is_new=False)

        self._with_current_row(open_form)

    def _with_current_row(self, use: Callable[[RowKey, Mapping[str, Any]], None]) -> None:
        """Read the current row whole."""
        index, query = self._view.grid.currentIndex(), self._rows.query
        if not index.isValid() or query is None:
            return
        key = self._view.rows.key(index.row())

        def done(row: Mapping[str, Any]) -> None:
            if row:
                use(key, row)
            else:
                self._context.notify.info("The row no longer exists.")

        self._context.operations.run(
            lambda: self._data.rows.whole_row(query.table, key), owner=self, done=done, failed=self._refuse
        )

    def _open_form(
        self,
        title: str,
        values: Mapping[str, Any],
        submit: Callable[[Mapping[str, Any]], None],
        *,
        is_new: bool,
    ) -> None:
        rows = self._view.rows
        form = RowForm(title, self._table.columns, values, rows.names, is_new=is_new, parent=self._view)
        form.submitted.connect(submit)
        self._form = form
        form.open()

    def _submit(self, intent: WriteRows) -> None:
        form = self._form

        def refused(error: Exception) -> None:
            if form is not None and isinstance(error, KnownError):
                form.fail(str(error))
            else:
                self._refuse(error)

        def done(_entry: object) -> None:
            if form is not None:
                form.done_saving()

        self._writing.run(intent, done=done, failed=refused)

    # undo

    def undo(self, entry_id: int | None = None, *, force: bool = False) -> None:
        """Take back the newest edit, or that one."""
        self._turn(undo_edit(self._data, entry_id, force=force), "undo", entry_id)

    def redo(self, entry_id: int | None = None, *, force: bool = False) -> None:
        """Do again what was undone last, or that one."""
        self._turn(redo_edit(self._data, entry_id, force=force), "redo", entry_id)

    def _turn(self, intent: WriteRows, what: str, entry_id: int | None) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, UndoConflict):
                self._show_undo_conflict(error, what, entry_id)
            else:
                self._writing.refuse(intent.failed_title, error)

        self._writing.run(intent, failed=failed)

    def _show_undo_conflict(self, error: UndoConflict, what: str, entry_id: int | None) -> None:
        lines = []
        for one in error.conflicts[:_MAX_SHOWN_CONFLICTS]:
            lines += [f"{one.table}, row {one.key}: {line}" for line in conflict_lines(one)]
        again = self.undo if what == "undo" else self.redo

        def force() -> None:
            self._view.notice.dismiss()
            again(entry_id if entry_id is not None else error.entry.id, force=True)

        self._say(
            "warning",
            f"{error}: nothing was {'undone' if what == 'undo' else 'done'}",
            "\n".join(lines),
            (f"{what.capitalize()} all the same", force),
            ("Leave it", self._view.notice.dismiss),
        )

    # parts

    def _refuse(self, error: Exception) -> None:
        self._writing.refuse("Not saved", error)

    def _say(self, severity: str, title: str, text: str, *actions: tuple[str, Callable[[], object]]) -> None:
        self._view.notice.say(severity, title, text, actions)
