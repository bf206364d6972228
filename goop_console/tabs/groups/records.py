"""One Qt table model for the lists of this tab, and the table that shows it: sorted, narrowed, and never
losing its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QIcon, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from goop_console.widgets.table import RecordTable

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SEARCH = Qt.ItemDataRole.UserRole + 1
_SORT = Qt.ItemDataRole.UserRole + 2
_MAX_WIDTH = 2_000
_MIN_STRETCHED = 120  # pixels
T = TypeVar("T")


def _nothing(_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """How one column reads a record. ``full`` is the tool tip, ``order`` what it is sorted by (else the
    text); ``width`` 0 stretches.
    """

    title: str
    text: Callable[[T], str]
    width: int = 0
    is_number: bool = False
    icon: Callable[[T], QIcon | None] = _nothing
    full: Callable[[T], str | None] = _nothing
    order: Callable[[T], Any] = _nothing


class RecordModel(QAbstractTableModel, Generic[T]):
    """Read-only rows over records that have a key each. ``is_strong`` records stand in bold."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], str],
        is_strong: Callable[[T], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._is_strong = is_strong
        self._records: tuple[T, ...] = ()
        self._keys: tuple[str, ...] = ()

    def set_records(self, records: Sequence[T]) -> bool:
        """Show ``records``; answers whether the rows are others than before."""
        if tuple(records) == self._records:
            return False
        keys = tuple(self._key(one) for one in records)
        if keys == self._keys:
            self._records = tuple(records)
            self.redraw()
            return False
        self.beginResetModel()
        self._records, self._keys = tuple(records), keys
        self.endResetModel()
        return True

    def record(self, row: int) -> T:
        return self._records[row]

    def key(self, row: int) -> str:
        return self._keys[row]

    def row_of(self, key: str) -> int:
        """The row of the record with ``key``, or -1."""
        return self._keys.index(key) if key in self._keys else -1

    def redraw(self) -> None:
        """Cells may have changed, or the theme."""
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
            return column.full(record) or column.text(record)
        if role == Qt.ItemDataRole.DecorationRole:
            return column.icon(record)
        if role == Qt.ItemDataRole.FontRole:
            return _bold() if index.column() == 0 and self._is_strong(record) else None
        if role == _SEARCH:
            return "\n".join(f"{one.text(record)}\n{one.full(record) or ''}" for one in self._columns)
        if role == _SORT:
            order = column.order(record)
            return column.text(record).casefold() if order is None else order
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


class _Proxy(QSortFilterProxyModel):
    """The text is looked for in all columns at once, once a row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSortRole(_SORT)
        self.setDynamicSortFilter(True)

    def set_text(self, text: str) -> None:
        self._text = text.casefold()
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        return not self._text or self._text in str(self.sourceModel().index(row, 0).data(_SEARCH)).casefold()


class KeyedTable(RecordTable, Generic[T]):
    """One row is chosen at most. It stays chosen, and in its place, while the records change around it.

    ``keeps_place``: when the chosen record goes, the next one is chosen.
    """

    chosen = Signal(str)  # the key of the current row, empty for none

    def __init__(
        self,
        accessible_name: str,
        columns: Sequence[Column[T]],
        key: Callable[[T], str],
        is_strong: Callable[[T], bool] = lambda _: False,
        *,
        keeps_place: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(accessible_name, parent)
        self.records = RecordModel[T](columns, key, is_strong, self)
        self._proxy = _Proxy(self)
        self._proxy.setSourceModel(self.records)
        self._keeps_place = keeps_place
        self._told = ""
        self._is_changing = False
        self._stretched: list[int] = []
        self.setModel(self._proxy)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self._set_header(columns)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._tell())
        self._proxy.layoutChanged.connect(lambda *_: self._tell())

    def _set_header(self, columns: Sequence[Column[T]]) -> None:
        header = self.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as they came
        header.setStretchLastSection(False)
        for place, column in enumerate(columns):
            if column.width:
                header.resizeSection(place, column.width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
        self._stretched = [place for place, column in enumerate(columns) if not column.width]
        header.sectionResized.connect(self._on_section_resized)

    # records

    def set_records(self, records: Sequence[T]) -> None:
        """Show ``records``; the chosen one stays chosen if it is still there, else the one in its place if
        the table ``keeps_place``.
        """
        key, row, top = self.current_key(), self.currentIndex().row(), self.verticalScrollBar().value()
        self._is_changing = True
        is_other = self.records.set_records(records)
        if is_other:
            is_there = self._go_to(key)
            last = self._proxy.rowCount() - 1
            if not is_there and key and self._keeps_place and last >= 0:
                self.setCurrentIndex(self._proxy.index(min(row, last), 0))
            self.verticalScrollBar().setValue(top)
        self._is_changing = False
        self._tell()

    def set_text(self, text: str) -> None:
        """Show only records that contain ``text``."""
        key = self.current_key()
        self._is_changing = True
        self._proxy.set_text(text)
        self._go_to(key)
        self._is_changing = False
        self._tell()

    def current(self) -> T | None:
        """The chosen record."""
        index = self._proxy.mapToSource(self.currentIndex())
        return self.records.record(index.row()) if index.isValid() else None

    def current_key(self) -> str:
        index = self._proxy.mapToSource(self.currentIndex())
        return self.records.key(index.row()) if index.isValid() else ""

    def choose(self, key: str) -> bool:
        """Make the record with ``key`` the chosen one; False when it is not shown."""
        return self._go_to(key)

    def shown(self) -> list[T]:
        """The records in view, in their order."""
        rows = range(self._proxy.rowCount())
        return [self.records.record(self._proxy.mapToSource(self._proxy.index(row, 0)).row()) for row in rows]

    def _go_to(self, key: str) -> bool:
        row = self.records.row_of(key)
        index = self._proxy.mapFromSource(self.records.index(row, 0)) if row >= 0 else QModelIndex()
        if index.isValid() and index.row() != self.currentIndex().row():
            self.setCurrentIndex(index)
        return index.isValid()

    def _tell(self) -> None:
        key = self.current_key()
        if not self._is_changing and key != self._told:
            self._told = key
            self.chosen.emit(key)

    # columns

    def _stretch(self) -> None:
        """Qt's own stretching leaves nothing of a column in a narrow window."""
        header = self.horizontalHeader()
        taken = sum(
            header.sectionSize(place) for place in range(header.count()) if place not in self._stretched
        )
        for place in self._stretched:
            header.resizeSection(
                place, max(_MIN_STRETCHED, (self.viewport().width() - taken) // len(self._stretched))
            )

    def _on_section_resized(self, place: int, _old: int, _new: int) -> None:
        if place not in self._stretched:
            self._stretch()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def widths(self) -> list[int]:
        """Width of each column in pixels, 0 for one that stretches."""
        header = self.horizontalHeader()
        return [
            0 if place in self._stretched else header.sectionSize(place) for place in range(header.count())
        ]

    def set_widths(self, widths: object) -> None:
        """Take back what ``widths`` gave, in whatever shape it is now."""
        header = self.horizontalHeader()
        if isinstance(widths, list) and len(widths) == header.count():
            for place, width in enumerate(widths):
                if (
                    place not in self._stretched
                    and isinstance(width, int)
                    and header.minimumSectionSize() <= width <= _MAX_WIDTH
                ):
                    header.resizeSection(place, width)
