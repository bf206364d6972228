"""The table of lines: it follows the newest line until a person scrolls up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from goop_console.tabs.logs.model import CALL, CALLER, LEVEL, MESSAGE, SCRIPT, TIME, LogModel
from goop_console.widgets.table import RecordTable

_WIDTHS = {
    TIME: 1500,
    LEVEL: 1250,
    SCRIPT: 1400,
    CALLER: 1400,
    CALL: 1200,
}  # hundredths of a digit's width: they grow with the text
_NARROWEST, _WIDEST = 400, 20_000


class LogTable(RecordTable):
    """``follows``: the newest line stays in view."""

    follow_changed = Signal(bool)
    call_chosen = Signal(str)  # call id
    _digit = 0  # width of a digit that the columns have now; 0 while there are none

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__("Log lines", parent)
        self.lines = model
        self._follows = True
        self._is_moving = False  # we move the view ourselves
        self.setModel(model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        self._digit = self.fontMetrics().horizontalAdvance("0")
        self.set_widths({str(column): width for column, width in _WIDTHS.items()})
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

    def widths(self) -> dict[str, int]:
        """Widths by column number, in hundredths of a digit's width."""
        return {str(column): round(self.columnWidth(column) * 100 / self._digit) for column in _WIDTHS}

    def set_widths(self, widths: object) -> None:
        """Take back what ``widths`` gave; anything that does not fit is left out."""
        if isinstance(widths, dict):
            for column in _WIDTHS:
                width = widths.get(str(column))
                if isinstance(width, int) and _NARROWEST <= width <= _WIDEST:
                    self.setColumnWidth(column, round(width * self._digit / 100))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        digit = self.fontMetrics().horizontalAdvance("0")
        if self._digit and digit and digit != self._digit:
            widths, self._digit = self.widths(), digit
            self.set_widths(widths)

    def _keep_end(self) -> None:
        if self._follows:
            was, self._is_moving = self._is_moving, True
            self.scrollToBottom()
            self._is_moving = was

    def _on_scrolled(self, value: int) -> None:
        if not self._is_moving:
            self.set_follows(value >= self.verticalScrollBar().maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The details below take room from the lines: the chosen one stays in view."""
        row = self.chosen_row()
        was_seen = row >= 0 and 0 <= self.rowViewportPosition(row) < event.oldSize().height()
        super().resizeEvent(event)
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
        """All of a message and of a call id, whatever the cell has room for."""
        line = self.lines.entry(row).line
        whole = {MESSAGE: line.message, CALL: line.call_id}.get(column)
        return (
            super()._cell(row, column) if whole is None else " ".join(whole.replace("\t", " ").splitlines())
        )

    # a call id is a link

    def _call_at(self, index: QModelIndex) -> str:
        return (
            self.lines.entry(index.row()).line.call_id if index.isValid() and index.column() == CALL else ""
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_link = bool(self._call_at(self.indexAt(event.position().toPoint())))
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        )
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            call_id = self._call_at(self.indexAt(event.position().toPoint()))
            if call_id:
                self.call_chosen.emit(call_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End follows; Enter opens the call of the chosen line; the first arrow key chooses the line where
        the keyboard is.
        """
        if event.key() == Qt.Key.Key_End:
            self.set_follows(True)
            if self.lines.rowCount():
                self.show_row(self.lines.rowCount() - 1)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.chosen_row()
            if row >= 0 and self.lines.entry(row).line.call_id:
                self.call_chosen.emit(self.lines.entry(row).line.call_id)
            return
        if (
            event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
            and self.chosen_row() < 0
            and self.currentIndex().isValid()
        ):
            self.show_row(self.currentIndex().row())
            return
        super().keyPressEvent(event)
