"""Two texts next to each other, line by line, with what differs marked by a sign and a ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from goop_console.widgets import theming

MAX_LINES = 3_000  # of one side; comparing takes the square of it at worst
_EXACT_LINES = (
    1_000  # above, lines that are everywhere are no anchors: some rows pair less well, but it stays quick
)
_MAX_LINE = 1_000  # characters shown of one line
_ALPHA = 46


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both sides; None: that side has none here. ``sign``: ``=`` same, ``~`` changed, ``-`` old,
    ``+`` new.
    """

    sign: str
    left: tuple[int, str] | None
    right: tuple[int, str] | None


def compare(old: str, new: str) -> tuple[Row, ...]:
    """The rows of ``old`` beside ``new``; line numbers count from 1. Slow for long texts: not for the Qt
    thread.
    """
    left, right = _lines(old), _lines(new)
    rows: list[Row] = []
    matcher = SequenceMatcher(None, left, right, autojunk=len(right) > _EXACT_LINES)
    for tag, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        removed = [(number + 1, left[number]) for number in range(left_start, left_end)]
        added = [(number + 1, right[number]) for number in range(right_start, right_end)]
        rows.extend(_rows(tag == "equal", removed, added))
    return tuple(rows)


def _lines(text: str) -> list[str]:
    """A last line end does not make a line of its own; every other difference in line ends is one."""
    return text.removesuffix("\n").split("\n") if text else []


_SIGNS = {(True, True): "~", (True, False): "-", (False, True): "+"}  # is there a left, a right line?


def _rows(is_same: bool, removed: list[tuple[int, str]], added: list[tuple[int, str]]) -> Iterator[Row]:
    for place in range(max(len(removed), len(added))):
        left = removed[place] if place < len(removed) else None
        right = added[place] if place < len(added) else None
        yield Row("=" if is_same else _SIGNS[bool(left), bool(right)], left, right)


class SideBySide(QWidget):
    """Read only; both sides scroll together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self.left_title, self.right_title = QLabel("Now"), QLabel("Afterwards")
        self.left, self.right = self._make_side("Text now"), self._make_side("Text afterwards")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for title, side in ((self.left_title, self.left), (self.right_title, self.right)):
            title.setProperty("role", "muted")
            column = QVBoxLayout()
            column.setSpacing(3)
            column.addWidget(title)
            column.addWidget(side, 1)
            row.addLayout(column, 1)
        for one, other in ((self.left, self.right), (self.right, self.left)):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            one.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)

    def _make_side(self, name: str) -> QPlainTextEdit:
        side = QPlainTextEdit()
        side.setReadOnly(True)
        side.setUndoRedoEnabled(False)
        side.setTabChangesFocus(True)
        side.setAcceptDrops(False)
        side.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        side.setFont(theming.fixed_font())
        side.setAccessibleName(name)
        return side

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show what ``compare`` found, from the first difference on."""
        self._rows = rows
        self.left.setPlainText("\n".join(_text(row.left, row.sign, "-") for row in rows))
        self.right.setPlainText("\n".join(_text(row.right, row.sign, "+") for row in rows))
        self._paint()
        self._go_to_first()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._paint()

    def _go_to_first(self) -> None:
        first = next((place for place, row in enumerate(self._rows) if row.sign != "="), 0)
        for side in (self.left, self.right):
            cursor = QTextCursor(side.document().findBlockByNumber(first))
            side.setTextCursor(cursor)
            side.verticalScrollBar().setValue(max(0, first - 3))

    def _paint(self) -> None:
        for side, sign, color in ((self.left, "-", "error"), (self.right, "+", "ok")):
            ground = QColor(theming.color(color))
            ground.setAlpha(_ALPHA)
            empty = QColor(theming.color("muted"))
            empty.setAlpha(_ALPHA // 2)
            cursor = QTextCursor(side.document())
            cursor.beginEditBlock()
            block = side.document().firstBlock()
            for row in self._rows:
                look = QTextBlockFormat()
                if row.sign in ("~", sign):
                    look.setBackground(ground)
                elif row.sign != "=":
                    look.setBackground(empty)
                cursor.setPosition(block.position())
                cursor.setBlockFormat(look)
                block = block.next()
            cursor.endEditBlock()


def _text(line: tuple[int, str] | None, sign: str, own: str) -> str:
    if line is None:
        return ""
    number, text = line
    shown = text.rstrip("\r") if len(text) <= _MAX_LINE else f"{text[:_MAX_LINE]}…"
    return f"{number:>4} {' ' if sign == '=' else own} {shown}"
