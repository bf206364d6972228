"""Editing: each edit is saved at once and can be undone; a conflict shows both values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPersistentModelIndex, Signal
from PySide6.QtGui import QGuiApplication

from goop_console.tabs.data.cells import cell_text
from goop_console.tabs.data.conflict_words import conflict_lines
from goop_console.tabs.data.copying import keys_of
from goop_console.tabs.data.paste_dialog import PasteDialog
from goop_console.tabs.data.pasting import cells_of, pasted_value
from goop_console.tabs.data.row_form import RowForm
from goop_console.tabs.data.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import (
    UNKNOWN,
    CellEdit,
    EditConflict,
    KnownError,
    LongValue,
    RowKey,
    TableInfo,
    UndoConflict,
    UndoEntry,
)

_MAX_SHOWN_CONFLICTS = 5


class EditPresenter(QObject):
    """``edited`` after every edit, undo and redo."""

    edited = Signal()

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._writing = 0
        self._form: RowForm | None = None
        view.grid.delegate.edited.connect(self._on_cell_edited)
        view.grid.delegate.refused.connect(self._on_cell_refused)
        view.grid.edit_beside.connect(self._on_edit_beside)
        view.detail.editor.saved.connect(self._on_saved_beside)

    @property
    def is_writing(self) -> bool:
        return self._writing > 0

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

    def _update(self, edits: list[CellEdit], title: str = "") -> None:
        table = self._table.name
        self._view.notice.dismiss()
        self._write(
            lambda: self._data.edit.update(table, edits, title),
            lambda error: self._on_update_failed(edits, title, error),
            keys=[one.key for one in edits],
        )

    def _on_update_failed(self, edits: list[CellEdit], title: str, error: Exception) -> None:
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
            ("Write mine", lambda: self._update(free, title)),
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
        column, key, table = rows.columns[index.column()], rows.key(index.row()), self._table.name
        self._beside = (key, column.name)
        self._context.operations.run(
            lambda: self._data.rows.cell(table, key, column.name),
            owner=self,
            done=lambda value: self._view.edit_beside(column, value),
            failed=self._refuse,
        )

    def _on_saved_beside(self, value: Any) -> None:
        key, column = self._beside
        self._update([CellEdit(key, column, value)])

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
        columns = [place for place in self._view.grid.selected_columns() if rows.is_editable(place)]
        keys = keys_of(rows.keys, self._view.grid.selected_spans())
        if isinstance(value, LongValue):
            self._say("warning", "Too long to be copied into other cells", "")
            return
        names = [rows.columns[place].name for place in columns]
        edits = [CellEdit(key, name, value) for key in keys for name in names]
        if edits:
            self._update(edits, title.format(", ".join(names)))

    # rows

    def delete_rows(self) -> None:
        """The rows of the selection are deleted; Ctrl+Z brings them back."""
        table = self._table.name
        keys = keys_of(self._view.rows.keys, self._view.grid.selected_spans())
        if keys:
            self._write(lambda: self._data.edit.delete(table, keys), self._refuse, says=True, keys=keys)

    def new_row(self, values: Mapping[str, Any] | None = None) -> None:
        """A form for a new row."""
        engine, table = self._context.session.engine, self._table.name

        def submit(given: Mapping[str, Any]) -> None:
            self._submit(lambda: self._data.edit.insert(table, [given], engine.owner, "Added a row"))

        self._open_form(f"New row of {table}", values or {"_owner": engine.owner.id}, submit, is_new=True)

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
                edits = [
                    CellEdit(key, name, value, values[name])
                    for name, value in given.items()
                    if type(value) is not type(values[name]) or value != values[name]
                ]
                self._submit(lambda: self._data.edit.update(table, edits, "Edited a row") if edits else None)

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

    def _submit(self, write: Callable[[], UndoEntry | None]) -> None:
        form = self._form

        def refused(error: Exception) -> None:
            if form is not None and isinstance(error, KnownError):
                form.fail(str(error))
            else:
                self._refuse(error)

        self._write(write, refused, done=form.done_saving if form is not None else None)

    # pasting

    def paste(self) -> None:
        """Put the clipboard's cells into the grid, from the current cell on."""
        index = self._view.grid.currentIndex()
        if not index.isValid():
            return
        try:
            edits, too_many = self._pasted_edits(
                QGuiApplication.clipboard().text(), index.row(), index.column()
            )
        except KnownError as error:
            self._refuse(error)
            return
        if too_many:
            self._say(
                "warning",
                f"Nothing was pasted: {counted(too_many, 'row')} more than there are below the current cell",
                "Paste as new rows (Ctrl+Shift+V) adds them to the table.",
            )
        elif edits:
            self._update(edits, f"Pasted {counted(len(edits), 'cell')}")

    def _pasted_edits(self, text: str, top: int, left: int) -> tuple[list[CellEdit], int]:
        rows, grid = self._view.rows, self._view.grid
        cells = cells_of(text)
        order = grid.columns_in_order()
        places = order[order.index(left) :]
        spans = grid.selected_spans()
        if len(cells) == 1 and len(cells[0]) == 1 and sum(last - first + 1 for first, last in spans) > 1:
            column = rows.columns[left]
            value = pasted_value(column, cells[0][0])
            return [CellEdit(key, column.name, value) for key in keys_of(rows.keys, spans)], 0
        too_many = top + len(cells) - rows.rowCount()
        if too_many > 0:
            return [], too_many
        edits = []
        for down, line in enumerate(cells):
            for place, cell in zip(places, line, strict=False):
                column = rows.columns[place]
                edits.append(CellEdit(rows.key(top + down), column.name, pasted_value(column, cell)))
        return edits, 0

    def paste_rows(self) -> None:
        """A preview of the clipboard's rows, with what is wrong with each, before they are added."""
        engine, table = self._context.session.engine, self._table.name
        columns = tuple(one for one in self._table.columns if not one.is_system and not one.generated)
        dialog = PasteDialog(table, columns, QGuiApplication.clipboard().text(), self._view)

        def check(rows: list[Mapping[str, Any]]) -> None:
            self._context.operations.run(
                lambda: self._data.edit.problems(table, rows),
                owner=dialog,
                done=dialog.show_problems,
                failed=self._refuse,
            )

        def submit(rows: list[Mapping[str, Any]]) -> None:
            self._write(lambda: self._data.edit.insert(table, rows, engine.owner), self._refuse, says=True)

        dialog.check_requested.connect(check)
        dialog.submitted.connect(submit)
        dialog.begin()
        dialog.open()

    # undo

    def undo(self, entry_id: int | None = None, *, force: bool = False) -> None:
        """Take back the newest edit, or that one."""
        self._turn(lambda: self._data.undo.undo(entry_id, force=force), "Undone", "undo", entry_id)

    def redo(self, entry_id: int | None = None, *, force: bool = False) -> None:
        """Do again what was undone last, or that one."""
        self._turn(lambda: self._data.undo.redo(entry_id, force=force), "Done again", "redo", entry_id)

    def _turn(self, work: Callable[[], UndoEntry | None], word: str, what: str, entry_id: int | None) -> None:
        def done(entry: UndoEntry | None) -> None:
            self._writing -= 1
            said = f"{word}: {entry.title} ({entry.table})" if entry is not None else f"Nothing to {what}."
            self._context.notify.info(said)
            self.edited.emit()

        def failed(error: Exception) -> None:
            self._writing -= 1
            if isinstance(error, UndoConflict):
                self._show_undo_conflict(error, what, entry_id)
            else:
                self._refuse(error)

        self._writing += 1
        self._context.operations.run(work, owner=self, done=done, failed=failed)

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

    def _write(
        self,
        work: Callable[[], UndoEntry | None],
        failed: Callable[[Exception], None],
        *,
        done: Callable[[], object] | None = None,
        says: bool = False,
        keys: Sequence[RowKey] = (),
    ) -> None:
        """``keys`` are rows that are read again at once, not only when the change comes round."""

        def finish(entry: UndoEntry | None) -> None:
            self._writing -= 1
            if done is not None:
                done()
            if entry is not None and says:
                self._context.notify.info(f"{entry.title} · Ctrl+Z undoes it")
            if keys and all(isinstance(key, int) for key in keys):
                self._rows.mark_changed([key for key in keys if isinstance(key, int)])
                self._rows.follow()
            self.edited.emit()

        def refuse(error: Exception) -> None:
            self._writing -= 1
            failed(error)

        self._writing += 1
        self._context.operations.run(work, owner=self, done=finish, failed=refuse)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._say("error", "Not saved", str(error))
        else:
            self._context.notify.exception(error)

    def _say(self, severity: str, title: str, text: str, *actions: tuple[str, Callable[[], object]]) -> None:
        self._view.notice.say(severity, title, text, actions)
