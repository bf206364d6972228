"""One Qt table model for the short lists of this tab: log lines, statements, recent calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
T = TypeVar("T")


def _nothing(_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """How one column reads a record. ``full`` is the tool tip and what a copy takes."""

    title: str
    text: Callable[[T], str]
    is_number: bool = False
    color: Callable[[T], str | None] = _nothing
    icon: Callable[[T], QIcon | None] = _nothing
    full: Callable[[T], str | None] = _nothing


class RecordModel(QAbstractTableModel, Generic[T]):
    """Read-only rows over a sequence of records."""

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._records: Sequence[T] = ()

    def set_records(self, records: Sequence[T]) -> None:
        self.beginResetModel()
        self._records = tuple(records)
        self.endResetModel()

    def prepend(self, record: T, limit: int) -> None:
        """Put ``record`` first and let the last go past ``limit``."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._records = (record, *self._records)
        self.endInsertRows()
        if len(self._records) > limit:
            self.beginRemoveRows(QModelIndex(), limit, len(self._records) - 1)
            self._records = self._records[:limit]
            self.endRemoveRows()

    def replace(self, records: Sequence[T]) -> None:
        """The same records in newer versions."""
        self._records = tuple(records)
        self.redraw()

    def record(self, row: int) -> T:
        return self._records[row]

    def redraw(self) -> None:
        """Everything may look different: a new theme."""
        if self._records:
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self._records) - 1, len(self._columns) - 1)
            )

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return _alignment(self._columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, column = self._records[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.full(record)
        if role == Qt.ItemDataRole.ForegroundRole:
            color = column.color(record)
            return QColor(color) if color else None
        if role == Qt.ItemDataRole.DecorationRole:
            return column.icon(record)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter
