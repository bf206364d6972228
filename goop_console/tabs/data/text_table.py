"""A table of texts that only asks for the cells in view: rows and columns may be thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from goop_console.widgets.table import RecordTable

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SHORT = 24  # characters; longer texts have a tool tip
_SAMPLE_ROWS = 40
_MANY = 60  # columns: they are as wide as the header makes them


class TextTable(RecordTable):
    """``show_rows(header, rows)`` for texts that are there, ``show_cells`` for those that are made."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.texts = TextModel(self)
        self.setModel(self.texts)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setResizeContentsPrecision(_SAMPLE_ROWS)

    def show_rows(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.show_cells(header, len(rows), lambda row, column: rows[row][column])

    def show_cells(self, header: Sequence[str], rows: int, cell: Callable[[int, int], str]) -> None:
        """``cell(row, column)`` is asked for what is in view."""
        self.texts.show(header, rows, cell)
        if len(header) <= _MANY:
            self.resizeColumnsToContents()
        line = self.horizontalHeader()
        line.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        line.setStretchLastSection(True)


class TextModel(QAbstractTableModel):
    """The model of a :class:`TextTable`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._header: tuple[str, ...] = ()
        self._rows = 0
        self._cell: Callable[[int, int], str] = lambda _row, _column: ""

    def show(self, header: Sequence[str], rows: int, cell: Callable[[int, int], str]) -> None:
        """Other texts."""
        self.beginResetModel()
        self._header, self._rows, self._cell = tuple(header), rows, cell
        self.endResetModel()

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._header)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._header[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = self._cell(index.row(), index.column())
        return text if role == Qt.ItemDataRole.DisplayRole or len(text) > _SHORT else None
