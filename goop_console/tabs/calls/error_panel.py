"""Why a call failed: kind in words, message, the way to the line, traceback."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.calls.words import advice, error_words
from lua_engine import CallError

_TRACEBACK_LINES = 8


class ErrorPanel(QFrame):
    """``location_opened(script, line)`` when the person wants to see the line."""

    location_opened = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "error-panel")
        self._error: CallError | None = None
        self._kind = QLabel()
        self._kind.setProperty("role", "error-text")
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.message.setAccessibleName("Error message")
        self._advice = QLabel()
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self.location = QPushButton()
        self.location.setProperty("role", "link")
        self.location.setToolTip("Open this line in Lua Scripts")
        self.location.clicked.connect(self._on_location_clicked)
        self.traceback = QPlainTextEdit()
        self.traceback.setReadOnly(True)
        self.traceback.setTabChangesFocus(True)
        self.traceback.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.traceback.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.traceback.setTabStopDistance(4 * self.traceback.fontMetrics().horizontalAdvance(" "))
        self.traceback.setAccessibleName("Traceback")
        row = QHBoxLayout()
        row.addWidget(self._kind)
        row.addStretch(1)
        row.addWidget(self.location)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(4)
        box.addLayout(row)
        for widget in (self.message, self._advice, self.traceback):
            box.addWidget(widget)

    def show_error(self, error: CallError | None) -> None:
        """Show ``error``; None hides the panel."""
        self._error = error
        self.setVisible(error is not None)
        if error is None:
            return
        self._kind.setText(f"✗ {error_words(error.kind).capitalize()}")
        self.message.setText(error.message)
        more = error.detail or advice(error)
        self._advice.setText(more)
        self._advice.setVisible(bool(more))
        place = f"{error.script}.lua:{error.line}" if error.line else f"{error.script}.lua"
        self.location.setText(f"Open {place}")
        self.location.setAccessibleName(f"Open {place} in Lua Scripts")
        self.location.setVisible(bool(error.script))
        self._show_traceback(error.traceback)

    def _show_traceback(self, text: str) -> None:
        self.traceback.setVisible(bool(text.strip()))
        self.traceback.setPlainText(text.strip())
        lines = min(text.strip().count("\n") + 1, _TRACEBACK_LINES)
        spacing = self.traceback.fontMetrics().lineSpacing()
        self.traceback.setFixedHeight(lines * spacing + 20)

    def _on_location_clicked(self) -> None:
        if self._error is not None:
            self.location_opened.emit(self._error.script, self._error.line)
