"""The table of calls and lines: it follows the newest until a person scrolls up, and folds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from goop_console.tabs.logs.cells import CALL, CALLER, MESSAGE, SCRIPT, TIME, call_words
from goop_console.tabs.logs.column_widths import ColumnWidths
from goop_console.tabs.logs.entry import Group
from goop_console.tabs.logs.groups import Mode
from goop_console.tabs.logs.model import LogModel
from goop_console.widgets.table import RecordTable
from goop_console.widgets.theming import is_size_change

_NEAR_TOP = 20  # rows: older ones are wanted when so few are left above
_FOLD_WIDTH = 2  # digits: where the sign for folding stands
Key = Qt.Key
_STEPS = {  # level, and whether the next or the one before
    Key.Key_E: "error",
    Key.Key_W: "warn",
}


class LogTable(RecordTable):
    """``follows``: the newest line stays in view."""

    follow_changed = Signal(bool)
    call_chosen = Signal(str)  # call id
    older_requested = Signal()
    step_requested = Signal(str, int)  # the level of the next (1) or the previous (-1) entry
    mark_requested = Signal()
    pause_toggled = Signal()
    excluded = Signal(int, int)  # place, column: Alt+click
    menu_requested = Signal(int, QPoint)  # place, where on the screen
    _is_made = False  # Qt tells of changes before

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__("Calls and log lines", parent)
        self.lines = model
        self._follows = True
        self._is_moving = False  # we move the view ourselves
        self.setModel(model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.widths = ColumnWidths(self)
        self._is_made = True
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(lambda *_: self._keep_end())

    @property
    def follows(self) -> bool:
        return self._follows

    def set_follows(self, follows: bool) -> None:
        """Stay at the newest line, or stay here."""
        if follows != self._follows:
            self._follows = follows
            self.follow_changed.emit(follows)
        self._keep_end()

    @contextmanager
    def kept_still(self) -> Iterator[None]:
        """While the lines change inside, nothing that moves counts as a person's scrolling."""
        was, self._is_moving = self._is_moving, True
        try:
            yield
        finally:
            self._is_moving = was
            self._keep_end()

    def show_mode(self, mode: Mode) -> None:
        """Each line says its call where the calls are no groups."""
        self.widths.show_calls(mode != "calls")

    def add_above(self, count: int) -> None:
        """``count`` rows came above the first: what is in view stays where it is."""
        if count and not self._follows:
            was, self._is_moving = self._is_moving, True
            self.executeDelayedItemsLayout()  # the scroll bar still has the range of the rows before
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + count)
            self._is_moving = was

    def is_near_top(self) -> bool:
        """Few rows are left above the first one in view."""
        return self.verticalScrollBar().value() < _NEAR_TOP

    def is_short(self) -> bool:
        """The rows do not fill the view."""
        rows = self.lines.rowCount()
        return not rows or rows * self.rowHeight(0) < self.viewport().height()

    def chosen_row(self) -> int:
        """The row that a person chose, or -1. Qt has a current row before: where the keyboard would begin."""
        index = self.currentIndex()
        return index.row() if index.isValid() and self.selectionModel().isSelected(index) else -1

    def top_row(self) -> int:
        """The first row in view, or -1."""
        return self.rowAt(0)

    def show_row(self, row: int) -> None:
        """Make ``row`` current and bring it into view."""
        self.setCurrentIndex(self.lines.index(row, 0))
        self.scrollTo(self.lines.index(row, 0), RecordTable.ScrollHint.EnsureVisible)

    def put_at_top(self, row: int) -> None:
        """Scroll so that ``row`` is the first in view, where there are enough below."""
        self.executeDelayedItemsLayout()  # the scroll bar still has the range of the lines before
        self.scrollTo(self.lines.index(row, 0), RecordTable.ScrollHint.PositionAtTop)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_size_change(event) and self._is_made:
            self.widths.fit()

    def _keep_end(self) -> None:
        if self._follows:
            was, self._is_moving = self._is_moving, True
            self.scrollToBottom()
            self._is_moving = was

    def _on_scrolled(self, value: int) -> None:
        if not self._is_moving:
            self.set_follows(value >= self.verticalScrollBar().maximum())
            if value < _NEAR_TOP:
                self.older_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The details below take room from the lines: the chosen one stays in view."""
        row = self.chosen_row()
        was_seen = row >= 0 and 0 <= self.rowViewportPosition(row) < event.oldSize().height()
        super().resizeEvent(event)
        self.widths.fit()
        if was_seen and not self._follows:
            was, self._is_moving = self._is_moving, True
            self.scrollTo(self.currentIndex(), RecordTable.ScrollHint.EnsureVisible)
            self._is_moving = was

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard begins at the newest line when it is followed, else at the first in view; nothing is
        chosen by that.
        """
        had_current = self.currentIndex().isValid()
        super().focusInEvent(event)
        row = self.lines.rowCount() - 1 if self._follows else self.top_row()
        if not had_current and row >= 0:
            self.selectionModel().setCurrentIndex(
                self.lines.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    # what is copied

    def _cell(self, row: int, column: int) -> str:
        """All of it, whatever the cell has room for, or leaves out because it stands above."""
        record = self.lines.entry(row).record
        caller = record.caller
        whole = {
            MESSAGE: call_words(record),
            CALL: record.call_id,
            SCRIPT: record.script,
            CALLER: caller.name if caller is not None else "",
        }.get(column)
        text = super()._cell(row, column).strip("▸▾◆ ") if whole is None else whole
        return " ".join(text.replace("\t", " ").splitlines())

    # folding

    def fold(self, *, folded: bool) -> None:
        """Fold the group of the chosen row, or unfold it."""
        group = self._chosen_group()
        if group is None or not group.can_fold or self.lines.grouping.is_folded(group) == folded:
            return
        with self.kept_still():
            if folded:
                self.show_row(self.lines.place_of(group))
            self.lines.fold(group, folded=folded)

    def fold_all(self, *, folded: bool) -> None:
        """Fold every group, or unfold them; the chosen row stays chosen, or its group is."""
        place = self.chosen_row()
        chosen = self.lines.row(place) if place >= 0 else None
        top = self.lines.row(self.top_row()) if self.top_row() >= 0 else None
        with self.kept_still():
            self.lines.fold_all(folded=folded)
            if not self._follows and top is not None:
                self.put_at_top(max(0, self.lines.place_of(top)))
            if chosen is not None and self.lines.place_of(chosen) >= 0:
                self.show_row(self.lines.place_of(chosen))

    def _toggle(self) -> None:
        group = self._chosen_group()
        if group is not None:
            self.fold(folded=not self.lines.grouping.is_folded(group))

    def _chosen_group(self) -> Group | None:
        place = self.chosen_row()
        return self.lines.group_at(place) if place >= 0 else None

    # the mouse

    def _call_at(self, index: QModelIndex) -> str:
        """In its own column a call's id is a link."""
        is_link = index.isValid() and index.column() == CALL
        return self.lines.entry(index.row()).record.call_id if is_link else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_link = bool(self._call_at(self.indexAt(event.position().toPoint())))
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        )
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Alt and a click leaves out the value of the cell; nothing is chosen by that."""
        index = self.indexAt(event.position().toPoint())
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and index.isValid():
            self.excluded.emit(index.row(), index.column())
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            return
        index = self.indexAt(event.position().toPoint())
        call_id = self._call_at(index)
        if call_id:
            self.call_chosen.emit(call_id)
        elif index.isValid() and index.column() == TIME and self._is_on_sign(event.position().toPoint()):
            self._toggle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if index.isValid() and isinstance(self.lines.row(index.row()), Group):
            self._toggle()

    def _is_on_sign(self, point: QPoint) -> bool:
        is_group = isinstance(self.lines.row(self.indexAt(point).row()), Group)
        width = _FOLD_WIDTH * self.fontMetrics().horizontalAdvance("0") + 6
        return is_group and point.x() < self.columnViewportPosition(TIME) + width

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse and by the keyboard's menu key."""
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.chosen_row() if is_key else self.indexAt(event.pos()).row()
        if place < 0:
            return
        if not is_key and place != self.chosen_row():
            self.show_row(place)
        at = self.visualRect(self.lines.index(place, MESSAGE)).bottomLeft() if is_key else event.pos()
        self.menu_requested.emit(place, self.viewport().mapToGlobal(at))

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End follows; Enter opens the call of the chosen line; the first arrow key chooses the line where
        the keyboard is; Left and Right fold; E and W go to errors and warnings.
        """
        if not self._take(event):
            super().keyPressEvent(event)

    def _take(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        if key == Key.Key_End and not modifiers:
            self.set_follows(True)
            if self.lines.rowCount():
                self.show_row(self.lines.rowCount() - 1)
        elif key in _STEPS and (is_shifted or not modifiers):
            self.step_requested.emit(_STEPS[Key(key)], -1 if is_shifted else 1)
        elif key in (Key.Key_Left, Key.Key_Right) and is_shifted:
            self.fold_all(folded=key == Key.Key_Left)
        elif modifiers:
            return False
        else:
            return self._take_plain(key)
        return True

    def _take_plain(self, key: int) -> bool:
        place = self.chosen_row()
        if key in (Key.Key_Left, Key.Key_Right):
            self.fold(folded=key == Key.Key_Left)
        elif key == Key.Key_Space:
            self._toggle()
        elif key == Key.Key_M:
            self.mark_requested.emit()
        elif key == Key.Key_P:
            self.pause_toggled.emit()
        elif key in (Key.Key_Return, Key.Key_Enter):
            call_id = self.lines.entry(place).record.call_id if place >= 0 else ""
            if call_id:
                self.call_chosen.emit(call_id)
        elif key in (Key.Key_Up, Key.Key_Down) and place < 0 and self.currentIndex().isValid():
            self.show_row(self.currentIndex().row())
        else:
            return False
        return True
