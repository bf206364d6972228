"""Pasting: cells over those of the grid, or rows to be added, after a look at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from goop_console.tabs.data.editing.intents import ChosenRows, add_rows, paste_cells
from goop_console.tabs.data.editing.paste_dialog import PasteDialog
from goop_console.tabs.data.editing.pasting import MAX_ROWS, PastedRow, TooManyRows, rows_of
from goop_console.tabs.data.editing.writing import Writing
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import ColumnInfo, SiteData

_Looked = tuple[list[PastedRow], Mapping[int, str]]


class PastePresenter(QObject):
    """The clipboard's text is read and checked off the Qt thread: it may have megabytes."""

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter, writing: Writing) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._writing = writing

    def paste(self) -> None:
        """Put the clipboard's cells into the grid, from the current cell on."""
        grid, model, table = self._view.grid, self._view.rows, self._rows.table
        index = grid.currentIndex()
        if not index.isValid() or table is None:
            return
        order = grid.columns_in_order()
        columns = [model.columns[place] for place in order[order.index(index.column()) :]]
        chosen = ChosenRows(model.keys, grid.selected_spans())
        below = model.keys[index.row() : index.row() + MAX_ROWS]
        self._view.notice.dismiss()
        text = QGuiApplication.clipboard().text()
        intent = paste_cells(self._data, table.name, text, chosen, below, columns)

        def failed(error: Exception) -> None:
            if isinstance(error, TooManyRows):
                self._view.notice.say(
                    "warning",
                    f"Nothing was pasted: {error}",
                    "Paste as new rows (Ctrl+Shift+V) adds them to the table.",
                )
            else:
                self._writing.refuse(intent.failed_title, error)

        self._writing.run(intent, failed=failed)

    def paste_rows(self) -> None:
        """A preview of the clipboard's rows, with what is wrong with each, before they are added."""
        table = self._rows.table
        if table is None:
            return
        data, engine, name = self._data, self._context.session.engine, table.name
        columns = tuple(one for one in table.columns if not one.is_system and not one.generated)
        text = QGuiApplication.clipboard().text()
        dialog = PasteDialog(name, columns, self._view)
        dialog.submitted.connect(
            lambda rows: self._writing.run(add_rows(data, name, rows, lambda: engine.owner))
        )
        self._context.operations.run_long(
            lambda: _looked_at(data, name, text, columns),
            owner=dialog,
            done=lambda found: dialog.show_rows(*found),
            failed=lambda error: dialog.fail(str(error)),
        )
        dialog.open()


def _looked_at(data: SiteData, table: str, text: str, columns: Sequence[ColumnInfo]) -> _Looked:
    """The rows, and what is wrong with them by place: in the clipboard's words first, then the engine's."""
    rows = rows_of(text, columns)
    values: list[Mapping[str, Any]] = [one.values for one in rows]
    found = dict(data.edit.problems(table, values)) if rows else {}
    return rows, {**found, **{at: row.problem for at, row in enumerate(rows) if row.problem}}
