"""The margin of the editor: line numbers and the signs of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from goop_console.widgets import theming
from goop_console.widgets.code_editor.diagnostics import Problem
from goop_console.widgets.code_editor.marks import draw_mark

if TYPE_CHECKING:
    from goop_console.widgets.code_editor.editor import CodeEditor

_SIGN_ROOM: Final = 20
_RIGHT_ROOM: Final = 10


class Gutter(QWidget):
    """Sits in the editor's left viewport margin and scrolls with its text."""

    line_clicked = Signal(int)

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._problems: dict[int, list[Problem]] = {}
        self.setAccessibleName("Line numbers")

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show a sign beside each line with a problem."""
        self._problems = {}
        for problem in problems:
            self._problems.setdefault(problem.line, []).append(problem)
        self.update()

    def room(self) -> int:
        """How wide the margin must be, in pixels."""
        digits = max(3, len(str(self._editor.blockCount())))
        return _SIGN_ROOM + self._editor.fontMetrics().horizontalAdvance("9") * digits + _RIGHT_ROOM

    def sizeHint(self) -> QSize:
        return QSize(self.room(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theming.color("code_gutter"))
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        for number, top, height in self._editor.visible_lines():
            if top > event.rect().bottom():
                break
            self._paint_line(painter, number, top, height, is_current=number == current)

    def _paint_line(
        self, painter: QPainter, number: int, top: float, height: float, *, is_current: bool
    ) -> None:
        if is_current:
            painter.fillRect(QRectF(0, top, self.width(), height), theming.color("code_line"))
        painter.setPen(theming.color("text" if is_current else "muted"))
        height = min(
            height, self._editor.fontMetrics().lineSpacing()
        )  # the last line's block is taller than its text
        box = QRectF(0, top, self.width() - _RIGHT_ROOM, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(number + 1))
        if number + 1 in self._problems:
            size = min(12.0, height - 2)
            sign = QRectF(4, top + (height - size) / 2, size, size)
            draw_mark(painter, sign, self._problems[number + 1][0].severity)

    def _line_at(self, y: float) -> int | None:
        for number, top, height in self._editor.visible_lines():
            if top <= y < top + height:
                return number + 1
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().y())
        if line is not None and event.button() == Qt.MouseButton.LeftButton:
            self.line_clicked.emit(line)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self._line_at(event.pos().y())
            found = self._problems.get(line, []) if line else []
            QToolTip.showText(event.globalPos(), "\n".join(one.message for one in found), self)
            return True
        return super().event(event)
