"""How wide the columns of the grid are: as a person set them, else as their content asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView

from goop_console.tabs.data.rows.many_sections import many_sections
from goop_console.tabs.data.rows.rows_model import RowsModel
from lua_engine import ColumnInfo

_MIN, _MAX = 88, 280  # pixels
_MANY = 60  # columns
_AT_ONCE = 100  # of them
_FIRST_ROWS, _PADDING = 2, 24
_NUMBERS = ("integer", "real")


class ColumnWidths:
    """``shown`` answers the columns that are shown, from left to right."""

    def __init__(self, grid: QTableView, rows: RowsModel, shown: Callable[[], Sequence[int]]) -> None:
        self._grid = grid
        self._rows = rows
        self._shown = shown
        self._chosen: dict[str, int] = {}  # by column, only what a person set
        self._is_sizing = False
        self._columns: tuple[ColumnInfo, ...] = ()  # whose widths are these
        self._fitted = 0  # of many columns, those that have their width
        self._timer = QTimer(grid)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fit_next)
        grid.horizontalHeader().sectionResized.connect(self._on_resized)
        grid.horizontalHeader().sectionCountChanged.connect(self._on_count_changed)

    def chosen(self) -> dict[str, int]:
        """What a person set, by column name."""
        return dict(self._chosen)

    def choose(self, widths: Mapping[str, int]) -> None:
        """Widths that a person set before; the others follow their content."""
        self._timer.stop()
        if len(self._rows.columns) > _MANY:
            if (self._columns, self._chosen) != (self._rows.columns, widths):
                self._columns, self._chosen, self._fitted = self._rows.columns, dict(widths), 0
                self._fit_next()
            return
        self._columns, self._chosen = self._rows.columns, dict(widths)
        self._is_sizing = True
        try:
            self._grid.resizeColumnsToContents()
            for place, column in enumerate(self._rows.columns):
                fitting = min(max(self._grid.columnWidth(place), _MIN), _MAX)
                self._grid.setColumnWidth(place, self._chosen.get(column.name, fitting))
            self._share_room()
        finally:
            self._is_sizing = False

    def _fit_next(self) -> None:
        """By their names and first values, some at a time: a table may have 2,000 columns."""
        header, advance = self._grid.horizontalHeader(), self._grid.fontMetrics().horizontalAdvance
        columns = self._rows.columns[: header.count()]
        first, last = self._fitted, min(self._fitted + _AT_ONCE, len(columns))
        shown = self._rows.first_texts(_FIRST_ROWS, range(first, last))
        self._is_sizing = True
        with many_sections(header):
            for place in range(first, last):
                texts = (columns[place].name, *(row[place - first] for row in shown))
                fitting = min(max(_MIN, _PADDING + max(map(advance, texts))), _MAX)
                header.resizeSection(place, self._chosen.get(columns[place].name, fitting))
        self._is_sizing = False
        self._fitted = last
        if last < len(columns):
            self._timer.start()

    def _share_room(self) -> None:
        """Texts further down may be longer than the first ones: what is left over is theirs."""
        shown = self._shown()
        texts = [place for place in shown if self._is_free_text(place)]
        left = self._grid.viewport().width() - sum(map(self._grid.columnWidth, shown))
        for place in texts if left > 0 else ():
            more = min(left // len(texts), max(0, _MAX - self._grid.columnWidth(place)))
            self._grid.setColumnWidth(place, self._grid.columnWidth(place) + more)

    def _is_free_text(self, place: int) -> bool:
        column = self._rows.columns[place]
        return column.type not in _NUMBERS and column.name not in self._chosen

    def _on_count_changed(self, _old: int, count: int) -> None:
        if not count:
            self._columns = ()  # Qt forgets the widths

    def _on_resized(self, section: int, _old: int, width: int) -> None:
        if not self._is_sizing and width > 0 and section < len(self._rows.columns):
            self._chosen[self._rows.columns[section].name] = width
