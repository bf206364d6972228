"""One row as a list of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from goop_console.widgets.plain_delegate import PlainDelegate
from goop_console.widgets.table import RecordTable

Index = QModelIndex | QPersistentModelIndex
Field = tuple[int, str]  # place of the column, its name
_ROOT = QModelIndex()
_NAME_WIDTH = 96


class RowFieldsModel(QAbstractTableModel):
    """Columns: name, value."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[Field, ...] = ()
        self._value: Callable[[int], str] = lambda _place: ""

    def set_fields(self, fields: Sequence[Field], value: Callable[[int], str]) -> None:
        """Show ``fields``; the same columns only change their values. ``value(place)`` is asked for those in
        view.
        """
        new = tuple(fields)
        self._value = value
        if new and self._fields == new:
            self.dataChanged.emit(self.index(0, 1), self.index(len(new) - 1, 1))
            return
        self.beginResetModel()
        self._fields = new
        self.endResetModel()

    def place(self, row: int) -> int:
        return self._fields[row][0]

    def row_of(self, place: int) -> int:
        return next((row for row, field in enumerate(self._fields) if field[0] == place), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._fields)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Column", "Value")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        place, name = self._fields[index.row()]
        return name if index.column() == 0 else self._value(place)


class _NameDelegate(PlainDelegate):
    """Like names begin alike and end differently: what tells them apart stays."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class RowFields(RecordTable):
    """The list; ``column_chosen(place)`` when a person picks a line."""

    column_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Fields of the current row", parent)
        self.fields = RowFieldsModel(self)
        self.setModel(self.fields)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(0, _NAME_WIDTH)
        self.setItemDelegateForColumn(0, _NameDelegate(self))
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def show_row(self, fields: Sequence[Field], value: Callable[[int], str], current: int) -> None:
        """Show ``fields`` with the column ``current`` chosen, without announcing it."""
        with QSignalBlocker(self):
            self.fields.set_fields(fields, value)
            row = self.fields.row_of(current)
            if row >= 0 and row != self.currentIndex().row():
                self.setCurrentIndex(self.fields.index(row, 0))

    def _on_row_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.column_chosen.emit(self.fields.place(current.row()))
