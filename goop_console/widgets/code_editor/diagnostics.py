"""What is wrong with a text and where: the marks in the text and the bar under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QWidget,
)

from goop_console.widgets import theming
from goop_console.widgets.code_editor.marks import COLORS, mark_pixmap
from goop_console.widgets.code_editor.text_units import to_utf16
from goop_console.widgets.polish import set_look

_ROLES = {"error": "error-text", "warning": "warning-text", "hint": "muted"}
_ORDER = {"error": 0, "warning": 1, "hint": 2}
Severity = Literal["error", "warning", "hint"]


class Problem(NamedTuple):
    """One problem; ``line`` counts from 1 (0: the whole text). ``start`` and ``end`` are characters of the
    line; without them the whole line is meant.
    """

    line: int
    message: str
    severity: Severity = "error"
    start: int = 0
    end: int = 0

    def covers(self, column: int) -> bool:
        """Whether a character of its line is meant."""
        return self.end <= self.start or self.start <= column <= self.end


def as_problems(found: Iterable[tuple[int, str] | Problem]) -> tuple[Problem, ...]:
    """``found`` as problems, by line, errors first, hints last; plain pairs are errors."""
    made = [one if isinstance(one, Problem) else Problem(*one) for one in found]
    return tuple(sorted(made, key=lambda one: (_ORDER[one.severity], one.line)))


def underlines(editor: QPlainTextEdit, problems: Iterable[Problem]) -> list[QTextEdit.ExtraSelection]:
    """A wave under the text of each line with a problem."""
    document: QTextDocument = editor.document()
    made = []
    for problem in problems:
        block = document.findBlockByNumber(problem.line - 1)
        if problem.line < 1 or not block.isValid():
            continue
        selection = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(theming.color(COLORS[problem.severity]))
        selection.format = look
        cursor = QTextCursor(block)
        text = block.text()
        start, end = len(text) - len(text.lstrip()), len(text)
        if problem.end > problem.start:
            start, end = to_utf16(text, problem.start), to_utf16(text, problem.end)
        cursor.setPosition(block.position() + min(start, block.length() - 1))
        cursor.setPosition(block.position() + min(end, block.length() - 1), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        made.append(selection)
    return made


class ProblemBar(QFrame):
    """The first problem in words with the way to its line; hidden when there is none."""

    line_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()
        self._build()
        self.setVisible(False)

    def _build(self) -> None:
        self.setProperty("role", "bar")
        self._icon = QLabel()
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setWordWrap(True)
        self.message.setAccessibleName("Problem")
        self.go = QPushButton()
        self.go.setToolTip("The first problem; F8 goes to the next one")
        self.go.clicked.connect(lambda: self.line_requested.emit(self._problems[0].line))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.message, 1)
        row.addWidget(self.go)

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show the first of ``problems`` and how many more there are."""
        self._problems = problems
        self.setVisible(bool(problems))
        if not problems:
            return
        first = problems[0]
        word = first.severity.capitalize()
        where = f" in line {first.line}" if first.line else ""
        more = f"  (+{len(problems) - 1} more)" if len(problems) > 1 else ""
        self.message.setText(f"{word}{where}: {first.message}{more}")
        set_look(self.message, "role", _ROLES[first.severity])
        self._icon.setPixmap(mark_pixmap(first.severity, 16, self.devicePixelRatioF()))
        self.go.setVisible(first.line > 0)
        self.go.setText(f"Go to line {first.line}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self.set_problems(self._problems)
