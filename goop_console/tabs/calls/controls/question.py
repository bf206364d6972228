"""A question before something that cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.texts import plain_label

_PICTURE = 20


class Question(QFrame):
    """Asks before something that cannot be undone. Esc and ``keep`` leave everything as it is; the
    keyboard is there at first.
    """

    confirmed = Signal()

    def __init__(self, accessible_name: str, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("severity", "warning")
        self.setAccessibleName(accessible_name)
        self.picture, self.title, self.text = QLabel(), plain_label(), plain_label(wraps=True)
        self.title.setProperty("role", "strong")
        self.confirm, self.keep = QPushButton(yes), QPushButton(no)
        self.confirm.setProperty("role", "danger")
        self.confirm.clicked.connect(self._on_confirm)
        self.keep.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.confirm)
        row.addWidget(self.keep)
        self.hide()

    def ask(self, title: str, text: str) -> None:
        """Name what will happen."""
        self.title.setText(title)
        self.text.setText(text)
        self.show()
        self.keep.setFocus()

    def _on_confirm(self) -> None:
        self.hide()
        self.confirmed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.keep.click()  # whoever listens to the button puts the keyboard back
            return
        super().keyPressEvent(event)
