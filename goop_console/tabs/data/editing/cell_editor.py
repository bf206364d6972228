"""A cell edited beside the grid: long texts, texts of several lines, JSON, blobs in hexadecimal digits."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.data.rows.cells import MAX_DETAIL, as_json, full_text
from goop_console.widgets.polish import set_look
from lua_engine import ColumnInfo, KnownError, parse_value

_LONGEST_LINE = 20_000  # characters that Qt lays out in 50 ms


class CellEditor(QWidget):
    """``saved(value)`` when a person has saved; Ctrl+Enter saves, Esc leaves."""

    saved = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column: ColumnInfo | None = None
        self._is_json = False
        self._is_sure = False
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("New value of the cell")
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._on_text_changed)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self.problem, "role", "error-text")
        self.save = QPushButton("Save")
        self.save.setToolTip("Ctrl+Enter")
        self.save.setProperty("role", "primary")
        self.cancel = QPushButton("Cancel")
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.close_editor)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.text, 1)
        box.addWidget(self.problem)
        box.addLayout(buttons)
        self.problem.hide()

    @property
    def is_open(self) -> bool:
        """Is a value being edited?"""
        return self._column is not None

    def begin(self, column: ColumnInfo, value: Any) -> None:
        """Edit ``value`` of ``column``."""
        self._column, self._is_sure = column, False
        self._is_json = as_json(value) is not None
        text = full_text(value)
        self.text.setReadOnly(False)
        self.save.setEnabled(True)
        self._say("")
        if len(text) > MAX_DETAIL or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
            self.text.setPlainText("")
            self.text.setReadOnly(True)
            self.save.setEnabled(False)
            self._say("This value is too long to be edited here. Export the row, or change it by SQL.")
            return
        self.text.setPlainText(text)
        self.text.setFocus()

    def close_editor(self) -> None:
        """Leave without saving."""
        self._column = None
        self.closed.emit()

    def fail(self, message: str) -> None:
        """The value was not taken."""
        self._say(message)

    def _save(self) -> None:
        column = self._column
        if column is None or self.text.isReadOnly():
            return
        text = self.text.toPlainText()
        if self._is_json and not self._is_sure and not self._check_json(text):
            return
        try:
            value = parse_value(column, text)
        except KnownError as error:
            self._say(str(error))
            return
        self._column = None
        self.saved.emit(value)
        self.closed.emit()

    def _check_json(self, text: str) -> bool:
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            self._say(f"No longer valid JSON: {error}. Save again to keep it as it is.")
            self._is_sure = True
            return False
        return True

    def _on_text_changed(self) -> None:
        self._is_sure = False
        if self.problem.isVisible() and not self.text.isReadOnly():
            self._say("")

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves, Esc leaves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_editor()
                return True
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._save()
                return True
        return super().eventFilter(watched, event)
