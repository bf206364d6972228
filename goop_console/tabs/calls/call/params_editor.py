"""The editor of a call's params: JSON, checked as one types."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import (
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.call.json_field import JsonField
from goop_console.tabs.calls.model.params import ParamsError, parse_params
from goop_console.widgets import theming
from goop_console.widgets.polish import set_look
from lua_engine import parse_json

_CHECK_DELAY_MS = 150
_MOST_SHOWN = 4  # names of the empty field
_LONGEST_COLOURED = 20_000  # characters of a line
_TOKEN = re.compile(
    r'(?P<string>"(?:\\.|[^"\\])*"?)(?P<key>\s*:)?|(?P<number>-?\d[\d.eE+-]*)|(?P<word>\b(?:true|false|null)\b)'
)


_COLORS = {"string": "syn_string", "number": "syn_number", "word": "syn_builtin", "key": "syn_keyword"}


class JsonHighlighter(QSyntaxHighlighter):
    """Keys, strings, numbers and words of JSON."""

    def highlightBlock(self, text: str) -> None:
        if len(text) > _LONGEST_COLOURED:
            return
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or ""
            name = "string" if kind == "key" else kind
            start, end = match.span(name)
            style = QTextCharFormat()
            style.setForeground(theming.color(_COLORS[kind]))
            self.setFormat(start, end - start, style)


class ParamsEditor(QWidget):
    """JSON text with its verdict below it: valid, or what is wrong at which line and column."""

    checked = Signal()  # the text was looked at again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = ""
        self._error: ParamsError | None = None
        self.editor = JsonField("Params as JSON")
        self.editor.refused.connect(self._show_refusal)
        self.set_fields(())
        self._highlighter = JsonHighlighter(self.editor.document())
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self.format_button = QPushButton("Tidy")
        self.format_button.setToolTip("Write the JSON with one entry a line")
        self.format_button.setAccessibleName("Tidy the params")
        self.format_button.clicked.connect(self.tidy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CHECK_DELAY_MS)
        self._timer.timeout.connect(self.check)
        self.editor.textChanged.connect(self._timer.start)
        row = QHBoxLayout()
        row.addWidget(self._verdict, 1)
        row.addWidget(self.format_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.editor, 1)
        box.addLayout(row)
        self.check()

    def text(self) -> str:
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        if text != self.text():
            self.editor.setPlainText(text)
        self.check()

    def set_fields(self, names: Sequence[str]) -> None:
        """The names that the script reads: the empty field shows how they are written."""
        members = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: …" for name in names[:_MOST_SHOWN])
        more = ", …" if len(names) > _MOST_SHOWN else ""
        self.editor.setPlaceholderText(f"{{ {members}{more} }}" if members else "{ }")

    def set_action(self, action: str) -> None:
        """The action that the params are joined with."""
        self._action = action
        self.check()

    @property
    def error(self) -> ParamsError | None:
        """What is wrong with the text, as of the last check."""
        return self._error

    def check(self) -> None:
        """Look at the text now."""
        self._timer.stop()
        try:
            parse_params(self.text(), self._action)
            self._error = None
        except ParamsError as error:
            self._error = error
        self._show_verdict()
        self.checked.emit()

    def tidy(self) -> None:
        """Indent the text; a text with an error stays as it is and the cursor goes to the error."""
        self.check()
        if self._error is not None:
            self.go_to_error()
        elif self.text().strip():
            tidied = json.dumps(parse_json(self.text()), ensure_ascii=False, indent=2)
            cursor = self.editor.textCursor()  # one step to undo, which setPlainText would not leave
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(tidied)
            self.check()

    def go_to_error(self) -> None:
        """Put the cursor where the text is wrong."""
        self.editor.setFocus()
        if self._error is not None and self._error.line:
            self.editor.setTextCursor(self._cursor_at(self._error))

    @property
    def verdict(self) -> str:
        return self._verdict.text()

    @property
    def is_settled(self) -> bool:
        return not self._timer.isActive()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._highlighter.rehighlight()
            self._show_verdict()

    def _show_refusal(self, reason: str) -> None:
        """Stays until the text is changed."""
        self._verdict.setText(f"✗ {reason}")
        set_look(self._verdict, "role", "error-text")

    def _show_verdict(self) -> None:
        error = self._error
        self._verdict.setText(f"✗ {error}" if error else self._good_words())
        set_look(self._verdict, "role", "error-text" if error else "muted")
        self.editor.setExtraSelections([self._underline(error)] if error and error.line else [])

    def _good_words(self) -> str:
        if self.text().strip():
            return "Valid JSON"
        return (
            f'The script gets {{"action": "{self._action}"}}' if self._action else "Empty: the script gets {}"
        )

    def _underline(self, error: ParamsError) -> Any:
        selection = QTextEdit.ExtraSelection()
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(theming.color("error"))
        cursor = self._cursor_at(error)
        if cursor.atBlockEnd():
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            if not cursor.hasSelection():
                cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = style
        return selection

    def _cursor_at(self, error: ParamsError) -> QTextCursor:
        block = self.editor.document().findBlockByNumber(error.line - 1)
        cursor = QTextCursor(block if block.isValid() else self.editor.document().lastBlock())
        column = min(error.column - 1, cursor.block().length() - 1)
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.MoveAnchor, max(column, 0)
        )
        return cursor
