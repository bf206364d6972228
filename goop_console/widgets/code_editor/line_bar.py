"""Go to a line by its number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget


class LineBar(QFrame):
    """A small bar under the editor: a number, Enter goes there, Esc closes."""

    line_requested = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        label = QLabel("&Go to line")
        self.field = QLineEdit()
        self.field.setAccessibleName("Line number")
        self.field.setMaximumWidth(100)
        self.field.setValidator(QIntValidator(1, 10_000_000, self.field))
        self.field.returnPressed.connect(self._go)
        label.setBuddy(self.field)
        self._total = QLabel()
        self._total.setProperty("role", "muted")
        self.button = QPushButton("Go")
        self.button.setAccessibleName("Go to the line")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._go)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        for widget in (label, self.field, self._total, self.button):
            row.addWidget(widget)
        row.addStretch(1)
        self.setVisible(False)

    def open(self, line: int, total: int) -> None:
        """Show the bar with the present ``line`` of ``total``."""
        self.field.setText(str(line))
        self._total.setText(f"of {total:,}")
        self.setVisible(True)
        self.field.setFocus()
        self.field.selectAll()

    def close_bar(self) -> None:
        """Hide the bar."""
        self.setVisible(False)
        self.closed.emit()

    def _go(self) -> None:
        if self.field.text():
            self.line_requested.emit(int(self.field.text()))
            self.close_bar()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)
