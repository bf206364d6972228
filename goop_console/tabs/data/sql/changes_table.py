"""Rows that a statement would change, each as it is and as it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from goop_console.tabs.data.rows.cells import cell_text
from goop_console.widgets.table import RecordTable
from lua_engine import TouchedTable

MAX_SHOWN = 500


class ChangesTable(RecordTable):
    """Columns: table, row, what happens, the cells concerned."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)

    def show_changes(self, tables: Sequence[TouchedTable]) -> None:
        """At most ``MAX_SHOWN`` rows of ``tables``."""
        self._model.clear()
        self._model.setHorizontalHeaderLabels(["Table", "Row", "Change", "Values"])
        for place, cells in enumerate(_lines(tables)):
            if place >= MAX_SHOWN:
                break
            self._model.appendRow([_item(text) for text in cells])
        self.resizeColumnsToContents()
        self.horizontalHeader().setStretchLastSection(True)


def _lines(tables: Sequence[TouchedTable]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        for row in table.rows:
            if row.before is None or row.after is None:
                what, values = ("added", row.after) if row.before is None else ("deleted", row.before)
                yield table.table, str(row.key), what, _whole(table.columns, values or ())
            else:
                yield table.table, str(row.key), "changed", _cells(table.columns, row.before, row.after)


def _whole(columns: Sequence[str], values: Sequence[Any]) -> str:
    pairs = zip(columns, values, strict=True)
    return " · ".join(f"{name} {cell_text(value)}" for name, value in pairs if not name.startswith("_"))


def _cells(columns: Sequence[str], before: Sequence[Any], after: Sequence[Any]) -> str:
    return " · ".join(
        f"{name}: {cell_text(was)} → {cell_text(now)}"
        for name, was, now in zip(columns, before, after, strict=True)
        if type(was) is not type(now) or was != now
    )


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setToolTip(text if len(text) > 40 else "")
    return item
