"""The Qt table model over a sequence of records, described by its columns. ``record_list.py`` has the table.

Example::

    COLUMNS = (
        Column[Peer]("Name", lambda peer: peer.name, width=180),
        Column[Peer]("Calls", lambda peer: f"{peer.calls:,}", is_number=True, order=lambda peer: peer.calls),
    )
    model = RecordModel(COLUMNS, key=lambda peer: peer.id)
    model.set_records(peers)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon

from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.theming import color

Index = QModelIndex | QPersistentModelIndex
SEARCH_ROLE = Qt.ItemDataRole.UserRole + 1  # all that a filter looks in
SORT_ROLE = Qt.ItemDataRole.UserRole + 2
_ROOT = QModelIndex()
T = TypeVar("T")


def _nothing(_: Any) -> None:
    return None


@dataclass(frozen=True)
class Column(Generic[T]):
    """How one column reads a record.

    ``full`` is the tool tip (else the text), ``order`` what it is sorted by (else the text), ``color`` the
    name of
    a theme colour; a ``width`` in pixels, 0 stretches.
    """

    title: str
    text: Callable[[T], str]
    width: int = 0
    is_number: bool = False
    color: Callable[[T], str | None] = _nothing
    icon: Callable[[T], QIcon | None] = _nothing
    full: Callable[[T], str | None] = _nothing
    order: Callable[[T], Any] = _nothing


class RecordModel(QAbstractTableModel, Generic[T]):
    """Read-only rows. With ``key``, records that keep their keys and places are changed in place;
    ``is_strong``
    records stand in bold. Texts of any length and content are fit to be shown.
    """

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], str] | None = None,
        is_strong: Callable[[T], bool] = lambda _: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._is_strong = is_strong
        self._records: tuple[T, ...] = ()
        self._keys: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[T, ...]:
        return self._records

    def set_records(self, records: Sequence[T]) -> bool:
        """Show ``records``; answers whether the rows are others than before."""
        records = tuple(records)
        if records == self._records:
            return False
        keys = tuple(self._key(one) for one in records) if self._key is not None else ()
        if self._key is not None and keys == self._keys:
            self.replace(records)
            return False
        self.beginResetModel()
        self._records, self._keys = records, keys
        self.endResetModel()
        return True

    def prepend(self, record: T, limit: int) -> None:
        """Put ``record`` first; the last goes when there are more than ``limit``."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._set((record, *self._records))
        self.endInsertRows()
        if len(self._records) > limit:
            self.beginRemoveRows(QModelIndex(), limit, len(self._records) - 1)
            self._set(self._records[:limit])
            self.endRemoveRows()

    def replace(self, records: Sequence[T]) -> None:
        """The same records in newer versions."""
        self._set(tuple(records))
        if self._records:
            last = self.index(len(self._records) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _set(self, records: tuple[T, ...]) -> None:
        self._records = records
        self._keys = tuple(self._key(one) for one in records) if self._key is not None else ()

    def record(self, row: int) -> T:
        return self._records[row]

    def key(self, row: int) -> str:
        """The key of a row, empty without ``key``."""
        return self._keys[row] if self._keys else ""

    def row_of(self, key: str) -> int:
        """The row of the record with ``key``, or -1."""
        return self._keys.index(key) if key in self._keys else -1

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
            return shown_line(column.text(record))
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.full(record) or column.text(record)  # the table makes it plain
        if role == Qt.ItemDataRole.ForegroundRole:
            name = column.color(record)
            return color(name) if name else None
        if role == Qt.ItemDataRole.DecorationRole:
            return column.icon(record)
        if role == Qt.ItemDataRole.FontRole:
            return _bold() if index.column() == 0 and self._is_strong(record) else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return self._hidden_data(record, column, role)

    def _hidden_data(self, record: T, column: Column[T], role: int) -> Any:
        """What filters and sorting ask for."""
        if role == SEARCH_ROLE:
            return "\n".join(f"{one.text(record)}\n{one.full(record) or ''}" for one in self._columns)
        if role == SORT_ROLE:
            order = column.order(record)
            return column.text(record).casefold() if order is None else order
        return None


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font
