"""The grid of rows: sorting by header, copying in full, and keeping the place while rows change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from goop_console.tabs.data.cells import full_text
from goop_console.tabs.data.rows_model import RowsModel
from goop_console.widgets.table import MAX_COPIED, RecordTable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFETCH_ROWS = 64
_MIN_WIDTH, _MAX_WIDTH = 56, 280
_SAMPLE_ROWS = 40
_BREAK = re.compile(r"\r\n|[\t\r\n]")


class RowGrid(RecordTable):
    """``sort_chosen(column, descending)``; an empty column is the table's own order."""

    sort_chosen = Signal(str, bool)
    cell_chosen = Signal(QModelIndex)

    def __init__(self, model: RowsModel, parent: QWidget | None = None) -> None:
        super().__init__("Rows", parent)
        self.rows = model
        self._sort: tuple[str, bool] = ("", False)
        self._is_sizing = False
        self._widths: dict[str, int] = {}  # by column, only what a person set
        self.setModel(model)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(RecordTable.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(_SAMPLE_ROWS)
        header.sectionClicked.connect(self._on_header_clicked)
        header.sectionResized.connect(self._on_section_resized)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.selectionModel().currentChanged.connect(lambda current, _: self.cell_chosen.emit(current))
        self._build_actions()

    def _build_actions(self) -> None:
        self._copy = self._action("Copy", self.copy_selection)
        self._copy_headers = self._action(
            "Copy with headers", lambda: self.copy_rows(with_headers=True), "Ctrl+Shift+C"
        )
        self._ascending = self._action("Sort by this column", lambda: self._sort_current(descending=False))
        self._descending = self._action(
            "Sort by this column, last first", lambda: self._sort_current(descending=True)
        )
        self._unsorted = self._action(
            "Back to the table's own order", lambda: self.sort_chosen.emit("", False)
        )

    def _action(self, text: str, slot: Callable[[], None], keys: str = "") -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda: slot())
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.addAction(action)
        return action

    # sorting

    def set_sort(self, column: str, descending: bool) -> None:
        """Show by which column the rows came sorted."""
        self._sort = (column, descending)
        place = self.rows.column_place(column)
        header = self.horizontalHeader()
        header.setSortIndicatorShown(place >= 0)
        if place >= 0:
            header.setSortIndicator(
                place, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            )

    def _on_header_clicked(self, section: int) -> None:
        """First click: first to last; second: last to first; third: the table's own order."""
        name = self.rows.columns[section].name
        following = {(name, False): (name, True), (name, True): ("", False)}.get(self._sort, (name, False))
        self.sort_chosen.emit(*following)

    def _sort_current(self, *, descending: bool) -> None:
        place = self.currentIndex().column()
        if place >= 0:
            self.sort_chosen.emit(self.rows.columns[place].name, descending)

    # columns

    def show_system_columns(self, is_shown: bool) -> None:
        """Show or hide the columns that Goop2 keeps; if there are no others, they stay."""
        has_own = any(not column.is_system for column in self.rows.columns)
        for place, column in enumerate(self.rows.columns):
            self.setColumnHidden(place, has_own and column.is_system and not is_shown)

    def put_system_columns_last(self) -> None:
        """The id, then the table's own columns, then what Goop2 keeps beside them."""
        header = self.horizontalHeader()
        own = [
            place
            for place, column in enumerate(self.rows.columns)
            if not column.is_system or column.name == "_id"
        ]
        if len(own) > 1:
            for visual, place in enumerate(own):
                header.moveSection(header.visualIndex(place), visual)

    def columns_in_order(self) -> list[int]:
        """The columns that are shown, from left to right."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(visual) for visual in range(header.count()))
        return [place for place in order if not header.isSectionHidden(place)]

    def go_to_column(self, place: int) -> None:
        """Make ``place`` the current column of the current row."""
        row = self.currentIndex().row()
        if row >= 0 and place != self.currentIndex().column():
            self.setCurrentIndex(self.rows.index(row, place))

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Widths by column name that a person set before; the others follow their content."""
        self._widths = dict(widths)
        self._is_sizing = True
        try:
            self.resizeColumnsToContents()
            for place, column in enumerate(self.rows.columns):
                fitting = min(max(self.columnWidth(place), _MIN_WIDTH), _MAX_WIDTH)
                self.setColumnWidth(place, self._widths.get(column.name, fitting))
        finally:
            self._is_sizing = False

    def widths(self) -> dict[str, int]:
        return dict(self._widths)

    def _on_section_resized(self, section: int, _old: int, width: int) -> None:
        if not self._is_sizing and width > 0 and section < len(self.rows.columns):
            self._widths[self.rows.columns[section].name] = width

    # paging and keeping the place

    def _on_scrolled(self, _value: int) -> None:
        bottom = self.rowAt(self.viewport().height() - 1)
        if bottom >= 0 and bottom + _PREFETCH_ROWS >= self.rows.rowCount():
            self.rows.fetchMore()

    @contextmanager
    def kept_place(self) -> Iterator[None]:
        """While the rows change inside, the row at the top stays at the top (unless the top of the table is
        in view).
        """
        top = self.rowAt(0)
        key: Any = self.rows.key(top) if top > 0 else None
        yield
        if key is not None:
            row = self.rows.row_of_key(key)
            if row >= 0 and row != self.rowAt(0):
                self.scrollTo(
                    self.rows.index(row, max(self.columnAt(0), 0)), RecordTable.ScrollHint.PositionAtTop
                )

    # copying

    def copy_selection(self) -> None:
        """Copy the selected cells as TSV, with nothing of a value cut."""
        self.copy_rows(with_headers=False)

    def copy_rows(self, *, with_headers: bool) -> None:
        """As ``copy_selection``, with the columns' names in the first line if ``with_headers``."""
        rows, columns = self._selected()
        if not rows or not columns:
            return
        taken = rows[: max(1, MAX_COPIED // len(columns))]
        lines = ["\t".join(self.rows.columns[column].name for column in columns)] if with_headers else []
        lines += ["\t".join(self._cell(row, column) for column in columns) for row in taken]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copied.emit(len(taken), len(rows))

    def _cell(self, row: int, column: int) -> str:
        """The whole value; tabs and line ends inside it become spaces."""
        return " ".join(_BREAK.split(full_text(self.rows.value(row, column))))

    def _on_menu_requested(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._copy, self._copy_headers])
        menu.addSeparator()
        menu.addActions([self._ascending, self._descending, self._unsorted])
        menu.popup(self.viewport().mapToGlobal(position))
