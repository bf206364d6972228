"""The table over ``RecordModel``: sorted, filtered, and never losing its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from goop_console.widgets.records import SEARCH_ROLE, SORT_ROLE, Column, Index, RecordModel
from goop_console.widgets.table import RecordTable

_MAX_WIDTH = 2_000
_MIN_STRETCHED = 120  # pixels
T = TypeVar("T")


class _Proxy(QSortFilterProxyModel):
    """The text is looked for in all columns at once, once a row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def set_text(self, text: str) -> None:
        self._text = text.casefold()
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        return (
            not self._text or self._text in str(self.sourceModel().index(row, 0).data(SEARCH_ROLE)).casefold()
        )


class RecordList(RecordTable, Generic[T]):
    """One row is chosen at most. It stays chosen, and in its place, while the records change around it.

    ``keeps_place``: when the chosen record goes, the next one is chosen. ``spare``: columns that are hidden
    where there is no room for them, the first one first.
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
        spare: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(accessible_name, parent)
        self.records = RecordModel[T](columns, key=key, is_strong=is_strong, parent=self)
        self._proxy = _Proxy(self)
        self._proxy.setSourceModel(self.records)
        self._keeps_place = keeps_place
        self._spare = tuple(spare)
        self._last_key = ""
        self._is_changing = False
        self._stretched: list[int] = []
        self._spared: dict[int, int] = {}  # columns that are hidden, and how wide they are
        self.setModel(self._proxy)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self._set_header(columns)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._announce())
        self._proxy.layoutChanged.connect(lambda *_: self._announce())

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
        self._announce()

    def set_text(self, text: str) -> None:
        """Show only records that contain ``text``."""
        key = self.current_key()
        self._is_changing = True
        self._proxy.set_text(text)
        self._go_to(key)
        self._is_changing = False
        self._announce()

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

    def _announce(self) -> None:
        key = self.current_key()
        if not self._is_changing and key != self._last_key:
            self._last_key = key
            self.chosen.emit(key)

    # columns

    def _stretch(self) -> None:
        """Qt's own stretching leaves nothing of a column in a narrow window."""
        header = self.horizontalHeader()
        self._make_room()
        taken = sum(
            header.sectionSize(place) for place in range(header.count()) if place not in self._stretched
        )
        for place in self._stretched:
            header.resizeSection(
                place, max(_MIN_STRETCHED, (self.viewport().width() - taken) // len(self._stretched))
            )

    def _make_room(self) -> None:
        """Hide what can be spared until the rest has room; a column keeps its width while it is hidden."""
        header = self.horizontalHeader()
        if not self._spare:
            return
        sizes = {
            place: self._spared.get(place) or header.sectionSize(place)
            for place in range(header.count())
            if place not in self._stretched
        }
        needed = sum(sizes.values()) + _MIN_STRETCHED * len(self._stretched)
        for place in self._spare:
            is_hidden = needed > self.viewport().width()
            needed -= sizes[place] if is_hidden else 0
            if is_hidden and not header.isSectionHidden(place):
                self._spared[place] = sizes[place]  # hiding says a size of 0 on its way
                header.hideSection(place)
            elif not is_hidden and header.isSectionHidden(place):
                header.showSection(place)
                header.resizeSection(place, self._spared.pop(place))

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
            0 if place in self._stretched else self._spared.get(place) or header.sectionSize(place)
            for place in range(header.count())
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
                    if place in self._spared:
                        self._spared[place] = width
                    else:
                        header.resizeSection(place, width)
