"""A read-only text of any length and shape, shown within a moment.

Qt lays out a line as a whole: 200 KB without a line break hold the window for seconds, the same text in short
lines
for a few milliseconds. So long lines are broken where they are shown (copying joins them again), and only the
first
``MAX_SHOWN`` characters are laid out; a bar below says so and shows or copies more. Characters that would act
on the
text around them are shown as marks (``foreign_text.py``).
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRect
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from goop_console.widgets.foreign_text import marked

MAX_LINE = 1_000  # characters laid out as one line
MAX_SHOWN = 256 * 1024  # characters shown at once


class LongText(QPlainTextEdit):
    """``setPlainText`` takes any text; ``whole_text`` has it as it is."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(accessible_name)
        self.whole_text = ""
        self._limit = MAX_SHOWN
        self._joined: set[int] = set()  # numbers of blocks that go on in the next one
        self._bar = QFrame(self)
        self._build_bar()

    def _build_bar(self) -> None:
        self._bar.setProperty("role", "bar")
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.more = QPushButton("Show more")
        self.more.clicked.connect(self._show_more)
        self.copy_all = QPushButton("Copy all of it")
        self.copy_all.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.whole_text))
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(8, 3, 4, 3)
        row.addWidget(self.note, 1)
        for button in (self.more, self.copy_all):
            button.setProperty("role", "link")
            row.addWidget(button)
        self._bar.hide()

    def setPlainText(self, text: str) -> None:
        """Show ``text``, or its beginning, from the top: without room yet, Qt would scroll on."""
        self.whole_text, self._limit = text, MAX_SHOWN
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        self.setPlainText("")

    def _show_more(self) -> None:
        place = self.verticalScrollBar().value()
        self._limit *= 2
        self._lay_out()
        self.verticalScrollBar().setValue(place)

    def _lay_out(self) -> None:
        pieces, self._joined = broken(marked(self.whole_text[: self._limit]))
        super().setPlainText("\n".join(pieces))
        left = len(self.whole_text) - self._limit
        self.note.setText(f"{left:,} more characters")
        self._bar.setVisible(left > 0)
        self._place_bar()

    def _place_bar(self) -> None:
        height = self._bar.sizeHint().height() if not self._bar.isHidden() else 0
        self.setViewportMargins(0, 0, 0, height)
        inside = self.contentsRect()
        self._bar.setGeometry(QRect(inside.left(), inside.bottom() + 1 - height, inside.width(), height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_bar()

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selection as it was before lines were broken."""
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def selected_text(self) -> str:
        """What is selected, long lines in one piece."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        block, parts = self.document().findBlock(start), []
        while block.isValid() and block.position() <= end:
            text = block.text()[max(0, start - block.position()) : end - block.position()]
            is_last = end <= block.position() + block.length() - 1
            parts.append(text if is_last or block.blockNumber() in self._joined else f"{text}\n")
            if is_last:
                break
            block = block.next()
        return "".join(parts)


def broken(text: str, limit: int = MAX_LINE) -> tuple[list[str], set[int]]:
    """``text`` in lines of at most ``limit`` characters, and the numbers of those that were broken.

    Example: ``broken("abcdef\\ng", 4)`` is ``(["abcd", "ef", "g"], {0})``.
    """
    pieces: list[str] = []
    joined: set[int] = set()
    for line in text.split("\n"):
        while len(line) > limit:
            at = line.rfind(" ", limit // 2, limit) + 1 or limit
            joined.add(len(pieces))
            pieces.append(line[:at])
            line = line[at:]
        pieces.append(line)
    return pieces, joined
