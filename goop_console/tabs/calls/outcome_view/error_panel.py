"""Why a call failed: kind in words, message, the source around the line, traceback."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.model.words import advice, outcome_sign, outcome_words
from goop_console.tabs.calls.outcome_view.excerpt_view import ExcerptView
from goop_console.widgets import theming
from goop_console.widgets.long_text import LongText
from lua_engine import CallError

_TRACEBACK_LINES = 8
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ErrorPanel(QFrame):
    """``location_opened(script, line)`` when the person wants to see the line;
    ``script_requested(script)`` when there is none of that name, and the person wants to make it.
    """

    location_opened = Signal(str, int)
    script_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "error-panel")
        self._error: CallError | None = None
        self._has_script = True
        self._kind = QLabel()
        self._kind.setProperty("role", "error-text")
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setMinimumWidth(
            1
        )  # else the longest word is, and one of 2,000 letters would stretch the window
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.message.setAccessibleName("Error message")
        self._advice = QLabel()
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self.location = QPushButton()
        self.location.setProperty("role", "link")
        self.location.setMinimumWidth(1)
        self.location.clicked.connect(self._on_location_clicked)
        self.excerpt = ExcerptView()
        self.excerpt.activated.connect(self._on_location_clicked)
        self.traceback = LongText("Traceback")
        self.traceback.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.traceback.setFont(theming.fixed_font())
        self.traceback.setTabStopDistance(4 * self.traceback.fontMetrics().horizontalAdvance(" "))
        row = QHBoxLayout()
        row.addWidget(self._kind)
        row.addStretch(1)
        row.addWidget(self.location)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(4)
        box.addLayout(row)
        for widget in (self.message, self._advice, self.excerpt, self.traceback):
            box.addWidget(widget)
        self.hide()

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Show why ``outcome`` failed; the panel hides when it did not."""
        error = self._error = outcome.result.error
        self.setVisible(error is not None)
        if error is None:
            return
        words = outcome_words(outcome.result)
        self._kind.setText(f"{outcome_sign(outcome.result)} {words[:1].upper()}{words[1:]}")
        self.message.setText(error.message)
        more = error.detail or advice(error)
        self._advice.setText(more)
        self._advice.setVisible(bool(more))
        self._show_location(error, has_script=outcome.has_script)
        self.excerpt.show_lines(outcome.excerpt, error.line, error.script)
        self._show_traceback(error.traceback)

    def _show_location(self, error: CallError, *, has_script: bool) -> None:
        self._has_script = has_script
        place = f"{error.script}.lua:{error.line}" if error.line else f"{error.script}.lua"
        text = f"Open {place}" if has_script else f"Make {place}…"
        self.location.setText(text)
        self.location.setAccessibleName(f"{text} in Lua Scripts")
        tip = "Open this line in Lua Scripts" if has_script else "There is no script of that name: create it"
        self.location.setToolTip(tip)
        self.location.setVisible(bool(error.script) and (has_script or bool(_NAME.fullmatch(error.script))))

    def _show_traceback(self, text: str) -> None:
        self.traceback.setVisible(bool(text.strip()))
        self.traceback.setPlainText(text.strip())
        lines = min(text.strip().count("\n") + 1, _TRACEBACK_LINES)
        spacing = self.traceback.fontMetrics().lineSpacing()
        self.traceback.setFixedHeight(lines * spacing + 20)

    def _on_location_clicked(self) -> None:
        if self._error is None:
            return
        if self._has_script:
            self.location_opened.emit(self._error.script, self._error.line)
        else:
            self.script_requested.emit(self._error.script)
