"""Two texts compared, as a unified diff."""

from __future__ import annotations

import difflib

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.long_text import LongText


def unified_diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """What turns ``old`` into ``new``, with three lines around each change; ``""`` when they are the same."""
    lines = difflib.unified_diff(old.split("\n"), new.split("\n"), old_name, new_name, lineterm="")
    return "\n".join(lines)


_COLORS = {"+": "ok", "-": "error", "@": "info"}


class _DiffColors(QSyntaxHighlighter):
    """Added and removed lines; their signs stay, so colour says nothing alone."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)

    def highlightBlock(self, text: str) -> None:
        name = _COLORS.get(text[:1])
        if name is not None:
            self.setFormat(0, self.currentBlock().length(), _look(name))


def _look(color: str) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(theming.color(color))
    return style


class DiffView(QWidget):
    """Read only. Esc or the button closes."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.back = QPushButton("Back to the editor")
        self.back.setToolTip("Close the comparison (Esc)")
        self.back.clicked.connect(self.closed)
        self.text = LongText("Differences")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(theming.fixed_font())
        self._colors = _DiffColors(self.text.document())
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.text, 1)

    def show_texts(self, old: str, new: str, old_name: str, new_name: str) -> None:
        """Compare ``old`` with ``new``."""
        self.title.setText(f"− {old_name}    + {new_name}")
        self.text.setPlainText(unified_diff(old, new, old_name, new_name) or "The texts are the same.")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._colors.rehighlight()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
