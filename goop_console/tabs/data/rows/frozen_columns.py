"""The first columns of the grid, which stay in sight while the others are scrolled to the left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from goop_console.tabs.data.rows.many_sections import many_sections
from goop_console.widgets.table import RecordTable


class FrozenColumns(RecordTable):
    """Lies over the left edge of ``grid`` once that is scrolled; shows the same model and selection. The
    keyboard stays in the grid. ``columns()`` are the names of all columns, ``order()`` their places in the
    order that is shown.
    """

    def __init__(
        self, grid: RecordTable, columns: Callable[[], Sequence[str]], order: Callable[[], Sequence[int]]
    ) -> None:
        super().__init__("Frozen columns", grid)
        self._grid = grid
        self._columns = columns
        self._order = order
        self._names: tuple[str, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.hide()
        grid.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        grid.horizontalScrollBar().valueChanged.connect(lambda _: self.place())
        grid.horizontalHeader().sectionResized.connect(lambda *_: self.place())
        grid.horizontalHeader().sectionMoved.connect(lambda *_: self.place())

    def follow(self, model: QAbstractItemModel, selection: QItemSelectionModel) -> None:
        """Show ``model`` with the grid's own selection."""
        self.setModel(model)
        self.setSelectionModel(selection)

    def set_names(self, names: tuple[str, ...]) -> None:
        """The columns that stay in sight; none: nothing is frozen."""
        self._names = names
        self.place()

    def names(self) -> tuple[str, ...]:
        return self._names

    def place(self) -> None:
        """Take the widths and the place that the grid has now."""
        grid = self._grid
        if not self._names or grid.horizontalScrollBar().value() <= 0:
            self.hide()
            return
        columns = self._columns()
        places = [place for place in self._order() if columns[place] in self._names]
        self._show_only(places)
        for place in places:
            self.setColumnWidth(place, grid.columnWidth(place))
        header = self.horizontalHeader()
        header.setFixedHeight(grid.horizontalHeader().height())
        width = sum(grid.columnWidth(place) for place in places)
        height = header.height() + grid.viewport().height()
        self.setGeometry(grid.frameWidth(), grid.frameWidth(), width, height)
        self.verticalScrollBar().setValue(grid.verticalScrollBar().value())
        self.raise_()
        self.setVisible(bool(places))

    def _show_only(self, places: Sequence[int]) -> None:
        """In that order; nothing is done where they are shown so already."""
        header = self.horizontalHeader()
        shown, count = set(places), header.count()
        is_so = header.hiddenSectionCount() == count - len(shown) and all(
            header.visualIndex(place) == visual and not header.isSectionHidden(place)
            for visual, place in enumerate(places)
        )
        if is_so:
            return
        with many_sections(header):
            for visual, place in enumerate(places):
                header.moveSection(header.visualIndex(place), visual)
            for place in range(count):
                header.setSectionHidden(place, place not in shown)
