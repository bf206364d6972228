"""A list of records by the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from goop_console.widgets.records import RecordModel
from goop_console.widgets.table import RecordTable


class RowTable(RecordTable):
    """A list of records by the row. Enter and a double click take the current one, Delete removes it; Tab
    leaves the table.
    """

    taken = Signal(QModelIndex)
    delete_requested = Signal()

    def __init__(
        self,
        accessible_name: str,
        model: RecordModel[Any],
        widths: Sequence[int],
        parent: QWidget | None = None,
    ) -> None:
        """``widths`` of the columns in pixels; 0 stretches."""
        super().__init__(accessible_name, parent)
        self.setModel(model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self.taken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex())
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)
