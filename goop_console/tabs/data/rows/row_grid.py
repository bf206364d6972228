"""The grid of rows: sorting by header, filters above the columns, editing in place, keeping the place while
rows
change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from goop_console.tabs.data.editing.editors import CellDelegate, can_edit_in_cell
from goop_console.tabs.data.rows.column_widths import ColumnWidths
from goop_console.tabs.data.rows.filter_header import FilterHeader
from goop_console.tabs.data.rows.frozen_columns import FrozenColumns
from goop_console.tabs.data.rows.grid_actions import GROUPS, HEADER_GROUPS
from goop_console.tabs.data.rows.grid_menus import GridMenus
from goop_console.tabs.data.rows.grid_state import GridFacts, why_not
from goop_console.tabs.data.rows.many_sections import many_sections
from goop_console.tabs.data.rows.merge import Span
from goop_console.tabs.data.rows.rows_model import RowsModel
from goop_console.widgets.table import RecordTable

_SAMPLE_ROWS = 40

Index = QModelIndex | QPersistentModelIndex


class RowGrid(RecordTable):
    """``sort_chosen(column, descending, is_added)``; an empty column is the table's own order.

    ``command(name)`` is an action of the menu or a key: see ``presenter.py``. ``edit_beside`` asks for the
    editor
    beside the grid.
    """

    sort_chosen = Signal(str, bool, bool)
    cell_chosen = Signal(QModelIndex)
    command = Signal(str)
    edit_beside = Signal()

    def __init__(
        self, model: RowsModel, parent: QWidget | None = None, *, is_of_statement: bool = False
    ) -> None:
        """``is_of_statement``: the rows are an answer, which is neither edited nor asked for otherwise."""
        super().__init__("Rows", parent)
        self._is_of_statement = is_of_statement
        self.rows = model
        self.sort: list[tuple[str, bool]] = []
        self._hidden: set[str] = set()
        self._can_edit = False
        self.header = FilterHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.delegate = CellDelegate(model, self)
        self.setItemDelegate(self.delegate)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectItems)
        self.setHorizontalScrollMode(RecordTable.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self._set_up_header()
        self.horizontalScrollBar().valueChanged.connect(lambda _: self.header.place_fields())
        self._widths = ColumnWidths(self, model, self.columns_in_order)
        self.selectionModel().currentChanged.connect(lambda current, _: self.cell_chosen.emit(current))
        self.frozen = FrozenColumns(self, self._column_names, self.columns_in_order)
        self.frozen.follow(model, self.selectionModel())
        self.menus = GridMenus(self, self._run, partial(why_not, self), is_of_statement=is_of_statement)

    def _set_up_header(self) -> None:
        header = self.header
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(40)
        header.setSectionsClickable(not self._is_of_statement)
        header.setSectionsMovable(True)
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(_SAMPLE_ROWS)
        header.sectionClicked.connect(self._on_header_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)

    def _run(self, name: str) -> None:
        own: dict[str, Callable[[], object]] = {
            "edit": self.edit_current,
            "sort-ascending": lambda: self._sort_current(descending=False),
            "sort-descending": lambda: self._sort_current(descending=True),
            "unsorted": lambda: self.sort_chosen.emit("", False, False),
            "filter-focus": self.focus_filter,
            "hide": self._hide_current,
            "show-all": self.show_all_columns,
            "freeze": self._freeze,
            "unfreeze": lambda: self.frozen.set_names(()),
        }
        if name in own:
            own[name]()
            self.menus.enable()
        else:
            self.command.emit(name)

    # editing

    def set_facts(self, facts: GridFacts) -> None:
        """May cells be edited, is it known who wrote them?"""
        self._can_edit = not facts.why_not_edit and not self._is_of_statement
        triggers = QAbstractItemView.EditTrigger
        on = triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed
        self.setEditTriggers(on if self._can_edit else triggers.NoEditTriggers)
        self.menus.set_facts(facts)

    @property
    def has_editable_selection(self) -> bool:
        """Is a column selected that a person may write in?"""
        selection = self.selectionModel().selection()
        return any(
            self.rows.is_editable(column)
            for place in range(selection.count())
            for column in range(selection.at(place).left(), selection.at(place).right() + 1)
        )

    def edit_current(self) -> None:
        """Open the editor of the current cell, in it or beside the grid."""
        index = self.currentIndex()
        if index.isValid() and self._can_edit:
            self.edit(index)

    def edit_again(self, index: QPersistentModelIndex, text: str) -> None:
        """Open the editor with what was typed before."""
        place = self.rows.index(index.row(), index.column())
        self.delegate.begin_with(place, text)
        self.setCurrentIndex(place)
        super().edit(place)

    def edit(self, index: Index, *how: Any) -> Any:
        """Long texts, texts of several lines and blobs are edited beside the grid. ``how``: trigger and
        event, when
        Qt asks.
        """
        triggers = QAbstractItemView.EditTrigger
        value = self.rows.value(index.row(), index.column()) if index.isValid() else None
        if not self._can_edit or not index.isValid() or can_edit_in_cell(value):
            return super().edit(index, *how)
        if not how or how[0] in (triggers.DoubleClicked, triggers.EditKeyPressed):
            self.edit_beside.emit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.command.emit("copy:text")
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.edit_current()
            return
        if event.key() in (Qt.Key.Key_Up,) and self.currentIndex().row() == 0 and self.header.has_fields:
            self.focus_filter()
            return
        super().keyPressEvent(event)

    # sorting and filtering

    def set_sort(self, sort: list[tuple[str, bool]]) -> None:
        """Show by which columns the rows came sorted."""
        self.sort = list(sort)
        place = self.rows.column_place(sort[0][0]) if sort else -1
        self.header.setSortIndicatorShown(place >= 0)
        if place >= 0:
            order = Qt.SortOrder.DescendingOrder if sort[0][1] else Qt.SortOrder.AscendingOrder
            self.header.setSortIndicator(place, order)

    def _on_header_clicked(self, section: int) -> None:
        """First click: first to last; second: last to first; third: the table's own order. With Shift
        the column is added to those that are sorted by already.
        """
        name = self.rows.columns[section].name
        now = next((one for one in self.sort if one[0] == name), None)
        following = {(name, False): (name, True), (name, True): ("", False)}
        column, descending = following.get(now, (name, False)) if now is not None else (name, False)
        is_shift = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.sort_chosen.emit(column, descending, is_shift)

    def _sort_current(self, *, descending: bool) -> None:
        place = self.currentIndex().column()
        if place >= 0:
            self.sort_chosen.emit(self.rows.columns[place].name, descending, False)

    def focus_filter(self) -> None:
        """Put the keyboard in the filter of the current column."""
        place = max(self.currentIndex().column(), 0)
        if place < len(self.rows.columns):
            self.header.focus_field(self.rows.columns[place].name)

    # columns

    def show_system_columns(self, is_shown: bool) -> None:
        """Show or hide the columns that Goop2 keeps; if there are no others, they stay."""
        has_own = any(not column.is_system for column in self.rows.columns)
        hidden = {
            place
            for place, column in enumerate(self.rows.columns)
            if (has_own and column.is_system and not is_shown) or column.name in self._hidden
        }
        header = self.header
        changed = [at for at in range(header.count()) if header.isSectionHidden(at) != (at in hidden)]
        with many_sections(header):
            for place in changed:
                header.setSectionHidden(place, place in hidden)
        header.updateGeometries()
        self._leave_hidden()

    def hidden_columns(self) -> list[str]:
        """Columns that a person has hidden."""
        return sorted(self._hidden)

    def frozen_columns(self) -> tuple[str, ...]:
        """Columns that stay in sight."""
        return self.frozen.names()

    def set_hidden_columns(self, names: set[str]) -> None:
        self._hidden = set(names)

    def column_order(self) -> list[str]:
        """The columns' names from left to right, hidden ones too."""
        return [self.rows.columns[self.header.logicalIndex(at)].name for at in range(self.header.count())]

    def set_column_order(self, names: list[str]) -> None:
        """Put the columns in that order; others keep their place after them."""
        places = {column.name: place for place, column in enumerate(self.rows.columns)}
        self._move_to_front([places[name] for name in names if name in places])

    def _move_to_front(self, places: list[int]) -> None:
        header = self.header
        if all(header.visualIndex(place) == visual for visual, place in enumerate(places)):
            return
        with many_sections(header):
            for visual, place in enumerate(places):
                header.moveSection(header.visualIndex(place), visual)

    def _hide_current(self) -> None:
        shown = self.columns_in_order()
        place = self.currentIndex().column()
        if place >= 0 and len(shown) > 1:
            self._hidden.add(self.rows.columns[place].name)
            self.setColumnHidden(place, True)
            self.header.updateGeometries()
            self._leave_hidden()

    def _leave_hidden(self) -> None:
        """The current cell is one that is shown: beside the column that was hidden."""
        current, header = self.currentIndex(), self.header
        if not current.isValid() or not header.isSectionHidden(current.column()):
            return
        was, shown = header.visualIndex(current.column()), self.columns_in_order()
        after = [place for place in shown if header.visualIndex(place) > was]
        if shown:
            self.setCurrentIndex(self.rows.index(current.row(), (after or shown[-1:])[0]))

    def _freeze(self) -> None:
        """The columns from the left edge up to the current one stay in sight."""
        order = self.columns_in_order()
        place = self.currentIndex().column()
        if place in order:
            names = [self.rows.columns[one].name for one in order[: order.index(place) + 1]]
            self.frozen.set_names(tuple(names))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frozen.place()

    def show_all_columns(self) -> None:
        """Show what a person has hidden."""
        with many_sections(self.header):
            for place, column in enumerate(self.rows.columns):
                if column.name in self._hidden:
                    self.setColumnHidden(place, False)
        self._hidden.clear()
        self.header.updateGeometries()

    def put_system_columns_last(self) -> None:
        """The id, then the table's own columns, then what Goop2 keeps beside them."""
        own = [
            place
            for place, column in enumerate(self.rows.columns)
            if not column.is_system or column.name == "_id"
        ]
        if len(own) > 1:
            self._move_to_front(own)

    def _column_names(self) -> list[str]:
        return [column.name for column in self.rows.columns]

    def columns_in_order(self) -> list[int]:
        """The columns that are shown, from left to right."""
        header = self.header
        order = (header.logicalIndex(visual) for visual in range(header.count()))
        return [place for place in order if not header.isSectionHidden(place)]

    def go_to_column(self, place: int) -> None:
        """Make ``place`` the current column of the current row."""
        row = self.currentIndex().row()
        if row >= 0 and place != self.currentIndex().column():
            self.setCurrentIndex(self.rows.index(row, place))

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Widths by column name that a person set before; the others follow their content."""
        self._widths.choose(widths)

    def widths(self) -> dict[str, int]:
        return self._widths.chosen()

    # the selection

    def selected_spans(self) -> list[Span]:
        """The rows of the selection as spans, in order; any number of rows costs nothing."""
        if self.selectionModel() is None:
            return []
        selection: QItemSelection = self.selectionModel().selection()
        spans = sorted(
            (selection.at(place).top(), selection.at(place).bottom()) for place in range(selection.count())
        )
        joined: list[Span] = []
        for first, last in spans:
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return joined

    def selected_columns(self) -> list[int]:
        """The columns of the selection that are shown, from left to right."""
        selection: QItemSelection = self.selectionModel().selection()
        columns: set[int] = set()
        for place in range(selection.count()):
            columns.update(range(selection.at(place).left(), selection.at(place).right() + 1))
        return [place for place in self.columns_in_order() if place in columns]

    def select_rows(self, rows: list[int]) -> None:
        """Select whole rows and go to the first of them."""
        if not rows:
            return
        self.setCurrentIndex(self.rows.index(rows[0], max(self.columns_in_order()[0], 0)))
        selection = QItemSelection()
        last = self.rows.columnCount() - 1
        for row in rows:
            selection.select(self.rows.index(row, 0), self.rows.index(row, last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # keeping the place

    def visible_span(self) -> Span:
        """First and last row in view; (0, -1) for none."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return (0, -1)
        return first, last if last >= 0 else self.rows.rowCount() - 1

    @contextmanager
    def kept_place(self) -> Iterator[None]:
        """While the rows change inside, the row at the top stays at the top (unless the top of the table is
        in view).
        """
        top = self.rowAt(0)
        key: Any = self.rows.key(top) if top > 0 else None
        yield
        now = self.rowAt(0)
        if key is not None and not (0 <= now < self.rows.rowCount() and self.rows.key(now) == key):
            self._scroll_to_key(key)

    def _scroll_to_key(self, key: Any) -> None:
        row = self.rows.row_of_key(key)
        if row >= 0 and row != self.rowAt(0):
            place = self.rows.index(row, max(self.columnAt(0), 0))
            self.scrollTo(place, RecordTable.ScrollHint.PositionAtTop)

    # menus

    def _on_menu_requested(self, position: QPoint) -> None:
        self.menus.menu(GROUPS).popup(self.viewport().mapToGlobal(position))

    def _on_header_menu(self, position: QPoint) -> None:
        section = self.header.logicalIndexAt(position)
        if section >= 0 and self.rows.rowCount():
            row = max(self.currentIndex().row(), 0)
            self.setCurrentIndex(self.rows.index(row, section))
        self.menus.menu(HEADER_GROUPS).popup(self.header.viewport().mapToGlobal(position))
