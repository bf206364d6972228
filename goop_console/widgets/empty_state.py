"""What stands where nothing is: what this place is for, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.foreign_text import shown_line, shown_lines

_LETTERS = 64  # a line


class EmptyState(QWidget):
    """A title, a sentence, and a button when ``action`` names one."""

    action_triggered = Signal()

    def __init__(self, title: str, text: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QWidget()
        self.title = self._label(title, "heading")
        self.text = self._label(text, "muted")
        self.button = QPushButton(action)
        if not action:
            self.button.hide()  # never shown here: without a parent yet it would be a window for a moment
        self.button.clicked.connect(self.action_triggered)
        column = self._column
        column.setMaximumWidth(column.fontMetrics().averageCharWidth() * _LETTERS)
        words = QVBoxLayout(column)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        words.addStretch(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        words.addSpacing(4)
        words.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        words.addStretch(3)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 24)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", role)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def changeEvent(self, event: QEvent) -> None:
        """As many letters a line, whatever their size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._column.setMaximumWidth(self.fontMetrics().averageCharWidth() * _LETTERS)

    def set_texts(self, title: str, text: str, action: str = "") -> None:
        """Say something else."""
        self.title.setText(shown_line(title))
        self.text.setText(shown_lines(text))
        self.button.setText(action)
        self.button.setVisible(bool(action))
