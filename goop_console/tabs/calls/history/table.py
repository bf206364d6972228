"""The table of the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView

from goop_console.tabs.calls.history.model import (
    CALL,
    CALLER,
    OUTCOME,
    REASON,
    ROWS,
    RUN,
    TIME,
    WHEN,
    HistoryModel,
)
from goop_console.widgets.table import RecordTable

_WIDTHS = {WHEN: 172, CALLER: 170, RUN: 56, OUTCOME: 96, ROWS: 60, TIME: 76}
_NARROW = 880  # pixels


class HistoryTable(RecordTable):
    """Enter takes the current row; two rows can be chosen to compare them."""

    taken = Signal(QModelIndex)

    def __init__(self, model: HistoryModel) -> None:
        super().__init__("Earlier calls")
        self.setModel(model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setSelectionMode(RecordTable.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(CALL, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self.taken)

        model.rowsInserted.connect(self._on_rows_inserted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room, what was called comes before why it was refused; the tool tip says both."""
        super().resizeEvent(event)
        for column in (REASON, ROWS):
            self.setColumnHidden(column, self.width() < _NARROW)

    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """What somebody reads further down stays where it is when calls are put above it."""
        bar = self.verticalScrollBar()
        if first <= bar.value() and bar.value() > 0:
            self.updateGeometries()  # else the bar still ends where it ended
            bar.setValue(bar.value() + last - first + 1)

    def rows(self) -> list[int]:
        """The chosen rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def choose(self, rows: Sequence[int]) -> None:
        """Choose ``rows``; the first becomes the current one."""
        self.clearSelection()
        if rows:
            self.setCurrentIndex(self.model().index(rows[0], 0))
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in rows[1:]:
            self.selectionModel().select(self.model().index(row, 0), flags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            if not self.rows():
                self.selectRow(
                    self.currentIndex().row()
                )  # the keyboard came here by Tab, which chooses nothing
            self.taken.emit(self.currentIndex())
            return
        super().keyPressEvent(event)
