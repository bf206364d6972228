"""The indented text of a JSON value, made in pages, and the read-only view of it.

The text is pulled from the encoder only as far as somebody looks, so the first page of a 20 MB value costs
as little as that of a small one. Copying everything works in short slices between the window's other events.
"""

from __future__ import annotations

import json
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.long_text import LongText

PAGE_CHARS = 96 * 1024
_SLICE_SECONDS = 0.010
_LINE = 2_000  # letters of a line: a longer one would hold the window up


class JsonPages:
    """The text of ``value`` with two spaces of indentation, in pages that end at line ends where they can."""

    def __init__(self, value: Any, page_chars: int = PAGE_CHARS) -> None:
        self._chunks = json.JSONEncoder(indent=2, ensure_ascii=False, default=repr).iterencode(value)
        self._page_chars = page_chars
        self._rest = ""
        self._pages: list[str] = []
        self.is_complete = False
        self.characters = 0  # in the pages made so far

    def page(self, number: int) -> str:
        """Page ``number`` from 0; ``""`` past the end."""
        while len(self._pages) <= number and not self.is_complete:
            self.make_page()
        return self._pages[number] if number < len(self._pages) else ""

    @property
    def count(self) -> int:
        """How many pages are made; all of them once ``is_complete``."""
        return len(self._pages)

    def make_page(self) -> None:
        """Pull one more page out of the encoder."""
        parts, size = [self._rest], len(self._rest)
        while size <= self._page_chars:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            parts.append(chunk)
            size += len(chunk)
        text = "".join(parts)
        if len(text) <= self._page_chars:
            self.is_complete, self._rest = True, ""
        else:
            text, self._rest = self._cut(text)
        if text:
            self._pages.append(text)
            self.characters += len(text)

    def _cut(self, text: str) -> tuple[str, str]:
        end = text.rfind("\n", 0, self._page_chars) + 1
        if 2 * end < self._page_chars:  # one long line: a page that ends before it would say nothing
            end = self._page_chars
        return text[:end], text[end:]

    def text(self) -> str:
        """Everything made so far."""
        return "".join(self._pages)


class JsonCopier(QObject):
    """Puts the text of a value on the clipboard, in short slices between the window's other events."""

    copied = Signal(int)  # characters now on the clipboard

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: JsonPages | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(
            1
        )  # with 0 it would be idle work in a GLib event loop, which waits for everything else
        self._timer.timeout.connect(self._on_slice)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def start(self, value: Any) -> None:
        """Start from ``value``; what was under way is given up."""
        self._pages = JsonPages(value)
        self._timer.start()

    def _on_slice(self) -> None:
        pages = self._pages
        if pages is None:
            return
        end = time.monotonic() + _SLICE_SECONDS
        while not pages.is_complete and time.monotonic() < end:
            pages.make_page()
        if pages.is_complete:
            self._timer.stop()
            self._pages = None
            QGuiApplication.clipboard().setText(pages.text())
            self.copied.emit(pages.characters)


class JsonTextView(QWidget):
    """One page of the text, with the way to the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = JsonPages(None)
        self._number = 0
        self._build()

    def _build(self) -> None:
        self.editor = LongText("JSON text")
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setFont(theming.fixed_font())
        self._where = QLabel()
        self._where.setProperty("role", "muted")
        self._previous = QPushButton("Previous part")
        self._next = QPushButton("Next part")
        self._previous.clicked.connect(lambda: self._show(self._number - 1))
        self._next.clicked.connect(lambda: self._show(self._number + 1))
        self._bar = QWidget()
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._where, self._previous, self._next):
            row.addWidget(widget)
        row.insertStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.editor, 1)
        box.addWidget(self._bar)

    def set_value(self, value: Any) -> None:
        """Show the first page of ``value``."""
        self._pages = JsonPages(value)
        self._show(0)

    def _show(self, number: int) -> None:
        self._number = max(0, number)
        text = self._pages.page(self._number)
        shown = "\n".join(_broken(line) for line in text.split("\n"))
        self.editor.setPlainText(shown)
        is_last = self._pages.is_complete and self._number + 1 >= self._pages.count
        self._previous.setEnabled(self._number > 0)
        self._next.setEnabled(not is_last)
        is_broken = len(shown) != len(text)
        self._bar.setVisible(is_broken or not (is_last and self._number == 0))
        total = f" of {self._pages.count}" if self._pages.is_complete else ""
        broken = f"; lines over {_LINE:,} letters are broken here, not in what is copied" if is_broken else ""
        self._where.setText(f"Part {self._number + 1}{total}, up to {PAGE_CHARS // 1024} KB each{broken}")


def _broken(line: str) -> str:
    """``line`` in pieces that are laid out in no time."""
    return "\n".join(line[at : at + _LINE] for at in range(0, len(line), _LINE)) if line else line
