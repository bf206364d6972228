"""The lines of a script around the one that failed; a click or Enter goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from goop_console.tabs.calls.model.prepared_call import SourceLine
from goop_console.widgets import theming
from goop_console.widgets.code_editor.highlighter import LuaColors

_MARK = "▶"
_PAD = 8


class ExcerptView(QPlainTextEdit):
    """Read only, as high as its lines; the line that failed has a mark and a ground."""

    activated = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[SourceLine, ...] = ()
        self._failed = 0
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(theming.fixed_font())
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._numbers = _Numbers(self)
        self._colors = LuaColors(self.document())

    def show_lines(self, lines: Sequence[SourceLine], failed: int, script: str) -> None:
        """Show ``lines`` of ``script`` with number ``failed`` marked;
        without lines there is nothing to see.
        """
        self._lines, self._failed = tuple(lines), failed
        self.setVisible(bool(lines))
        if not lines:
            return
        text = "\n".join(line.text for line in lines)
        self.setPlainText(text)
        self._colors.update(text)
        self._colors.color(0, len(lines) - 1)
        self.setAccessibleName(
            f"{script}.lua, lines {lines[0].number} to {lines[-1].number}; line {failed} failed; "
            "Enter opens it"
        )
        self.setToolTip(f"Open line {failed} in Lua Scripts (Enter)")
        self._mark_line()
        self._fit()

    def _mark_line(self) -> None:
        place = next((place for place, line in enumerate(self._lines) if line.number == self._failed), -1)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = QTextCursor(self.document().findBlockByNumber(place))
        ground = theming.color("error")
        ground.setAlphaF(0.16)
        selection.format.setBackground(ground)
        selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        self.setExtraSelections([selection] if place >= 0 else [])

    def _fit(self) -> None:
        spacing = self.fontMetrics().lineSpacing()
        self.setViewportMargins(self.number_width(), 0, 0, 0)
        wide = max((self.fontMetrics().horizontalAdvance(line.text) for line in self._lines), default=0)
        bar = self.horizontalScrollBar().sizeHint().height() if wide > self.viewport().width() else 0
        self.setFixedHeight(len(self._lines) * spacing + 2 * _PAD + bar)

    def number_width(self) -> int:
        """Pixels of the column with the line numbers."""
        widest = self._lines[-1].number if self._lines else 0
        return self.fontMetrics().horizontalAdvance(f"{_MARK} {widest}") + 2 * _PAD

    def paint_numbers(self, painter: QPainter, width: int) -> None:
        """Number and mark of each line."""
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        for line in self._lines[block.blockNumber() :]:
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            is_failed = line.number == self._failed
            painter.setPen(theming.color("error" if is_failed else "muted"))
            room = QRectF(0, place.top(), width - _PAD, place.height())
            painter.drawText(
                room,
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop),
                f"{_MARK if is_failed else ''} {line.number}",
            )
            block = block.next()

    # Qt overrides

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._colors.use_theme()
            self._colors.color(0, len(self._lines) - 1)
            self._mark_line()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.number_width(), inside.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.activated.emit()
            return
        super().keyPressEvent(event)


class _Numbers(QWidget):
    """The column left of the text."""

    def __init__(self, view: ExcerptView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._view.paint_numbers(painter, self.width())
        painter.end()
