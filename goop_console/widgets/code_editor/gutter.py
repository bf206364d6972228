"""The margin of the editor: line numbers, breakpoints, where a debugged call stands, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from goop_console.widgets import theming
from goop_console.widgets.code_editor.diagnostics import Problem
from goop_console.widgets.code_editor.folding import is_folded
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.marks import (
    draw_breakpoint,
    draw_fold,
    draw_mark,
    draw_pointer,
    draw_verdict,
)
from goop_console.widgets.foreign_text import shown_tip

BreakpointKind = Literal["plain", "condition", "message", "disabled", "unbound"]
_SIGN_ROOM: Final = 20
_FOLD_ROOM: Final = 18  # at the right edge
_NUMBER_PLACE: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class BreakpointMark:
    """How a breakpoint looks beside its line; ``note`` says what it does, and how often it was hit."""

    kind: BreakpointKind
    note: str


class Gutter(QWidget):
    """Sits in the editor's left viewport margin and scrolls with its text."""

    line_clicked = Signal(int)
    breakpoint_clicked = Signal(int)  # the place of the signs, beside a line
    fold_clicked = Signal(int)

    def __init__(self, editor: LuaText) -> None:
        super().__init__(editor)
        self._editor = editor
        self._problems: dict[int, list[Problem]] = {}
        self._breakpoints: Mapping[int, BreakpointMark] = {}
        self._pointer: tuple[int, bool] = (0, False)
        self._verdict: tuple[int, bool, str] = (0, False, "")
        self.setAccessibleName("Line numbers")

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show a sign beside each line with a problem."""
        self._problems = {}
        for problem in problems:
            self._problems.setdefault(problem.line, []).append(problem)
        self.update()

    def set_breakpoints(self, marks: Mapping[int, BreakpointMark]) -> None:
        """Show a disc beside each line that stops."""
        self._breakpoints = marks
        self.update()

    def set_pointer(self, line: int, *, is_past: bool) -> None:
        """Show where a call stands (line 0: nowhere); hollow for a step of the past."""
        self._pointer = (line, is_past)
        self.update()

    def set_verdict(self, line: int, is_ok: bool = False, note: str = "") -> None:
        """Show how a script did that was tried: a tick or a cross beside a line (0: nowhere)."""
        self._verdict = (line, is_ok, note)
        self.update()

    @property
    def verdict(self) -> tuple[int, bool, str]:
        """Line, whether it passed, and the words."""
        return self._verdict

    def room(self) -> int:
        """How wide the margin must be, in pixels."""
        digits = max(3, len(str(self._editor.line_count())))
        return _SIGN_ROOM + self._editor.fontMetrics().horizontalAdvance("9") * digits + _FOLD_ROOM

    def sizeHint(self) -> QSize:
        return QSize(self.room(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theming.color("code_gutter"))
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        area = event.rect()  # a key that moves the cursor within a line dirties little
        lines = [
            one
            for one in self._editor.visible_lines()
            if one[1] <= area.bottom() and one[1] + one[2] > area.top()
        ]
        folds = self._editor.syntax.folds(lines[0][0], lines[-1][0]) if lines else {}
        document, spacing = self._editor.document(), self._editor.fontMetrics().lineSpacing()
        muted = theming.color("muted")
        for number, top, height in lines:
            size = min(height, spacing)  # the last line's block is taller than its text
            painter.setPen(muted)
            if number == current:
                painter.fillRect(QRectF(0, top, self.width(), height), theming.color("code_line"))
                painter.setPen(theming.color("text"))
            self._paint_line(painter, number, top, size)
            folded = is_folded(document.findBlockByNumber(number))
            if folded or number in folds:
                draw_fold(painter, QRectF(self.width() - 14, top + size / 2 - 5, 10, 10), is_folded=folded)

    def _paint_line(self, painter: QPainter, number: int, top: float, height: float) -> None:
        box = QRectF(0, top, self.width() - _FOLD_ROOM, height)
        painter.drawText(box, _NUMBER_PLACE, str(number + 1))
        size = min(12.0, height - 2)
        sign = QRectF(4, top + (height - size) / 2, size, size)
        if number + 1 in self._breakpoints:
            draw_breakpoint(painter, sign, self._breakpoints[number + 1].kind)
        if number + 1 == self._pointer[0]:
            draw_pointer(painter, sign, is_past=self._pointer[1])
        elif number + 1 in self._problems and number + 1 not in self._breakpoints:
            draw_mark(painter, sign, self._problems[number + 1][0].severity)
        elif number + 1 == self._verdict[0] and number + 1 not in self._breakpoints:
            draw_verdict(painter, sign, is_ok=self._verdict[1])

    def _line_at(self, y: float) -> int | None:
        for number, top, height in self._editor.visible_lines():
            if top <= y < top + height:
                return number + 1
        return None

    def _can_fold(self, line: int) -> bool:
        block = self._editor.document().findBlockByNumber(line - 1)
        return is_folded(block) or line - 1 in self._editor.syntax.folds(line - 1, line - 1)

    def _notes(self, line: int) -> list[str]:
        mark = self._breakpoints.get(line)
        found = [mark.note] if mark is not None else []
        found += [self._verdict[2]] if line == self._verdict[0] else []
        return found + [one.message for one in self._problems.get(line, [])]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().y())
        if line is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().x() < _SIGN_ROOM:
            self.breakpoint_clicked.emit(line)
        elif event.position().x() > self.width() - _FOLD_ROOM and self._can_fold(line):
            self.fold_clicked.emit(line)
        else:
            self.line_clicked.emit(line)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self._line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), shown_tip("\n".join(self._notes(line or 0))), self)
            return True
        return super().event(event)
