"""A name for the grid, to keep it as a check."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.texts import plain_label
from goop_console.widgets.error_line import ErrorLine


class SaveBar(QWidget):
    """Hidden until ``ask``. Enter saves, Esc leaves."""

    saved = Signal(str)

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setAccessibleName(label)
        self.save = button("Save", "Save under this name (Enter)", role="primary")
        self.cancel = button("Cancel", "Do not save (Esc)")
        self.error = ErrorLine("Why it was not saved")
        words = plain_label(label)
        words.setBuddy(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget, stretch in ((words, 0), (self.field, 1), (self.save, 0), (self.cancel, 0)):
            row.addWidget(widget, stretch)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(row)
        box.addWidget(self.error)
        self.save.clicked.connect(self._on_save)
        self.field.returnPressed.connect(self._on_save)
        self.cancel.clicked.connect(self.hide)
        self.field.textChanged.connect(lambda _: self.error.say(""))
        self.hide()

    def ask(self, name: str) -> None:
        """Propose ``name``."""
        self.field.setText(name)
        self.field.selectAll()
        self.error.say("")
        self.show()
        self.field.setFocus()

    def _on_save(self) -> None:
        name = self.field.text().strip()
        if name:
            self.saved.emit(name)
        else:
            self.error.say("Write a name first: it becomes the name of the file.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
