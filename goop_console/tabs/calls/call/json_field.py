"""The text field for JSON: what is pasted on one endless line is put on many, which Qt lays out at once."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from goop_console.widgets import theming
from lua_engine import JsonProblem, parse_json

LONG_LINE = 2_000  # characters; a longer one is written anew, an entry a line
MAX_LINE = 200_000  # characters that Qt lays out as one line within a moment, broken anywhere


class JsonField(QPlainTextEdit):
    """Tab leaves it. ``refused`` says why a text was not taken; it is still on the clipboard then."""

    refused = Signal(str)

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theming.fixed_font())
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setAccessibleName(accessible_name)

    def setPlainText(self, text: str) -> None:
        super().setPlainText(in_lines(text))

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop."""
        text = in_lines(source.text())
        longest = _longest(text)
        if longest > MAX_LINE:
            self.refused.emit(
                f"Not pasted: a line of {longest:,} characters. Keep the call as a file and run it with "
                "goop-console call, or break the text into lines."
            )
            return
        self.insertPlainText(text)


def in_lines(text: str) -> str:
    """``text`` as it is, or, with a very long line, the same JSON an entry a line. What is no JSON stays."""
    if _longest(text) <= LONG_LINE:
        return text
    try:
        return json.dumps(parse_json(text), ensure_ascii=False, indent=2)
    except JsonProblem:
        return text


def _longest(text: str) -> int:
    return max(map(len, text.split("\n")))
