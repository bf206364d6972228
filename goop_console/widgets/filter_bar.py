"""A search field with room for more beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

DELAY_MS = 120


class FilterBar(QWidget):
    """``text_changed`` comes ``DELAY_MS`` after the last key; at once on Enter. Esc clears."""

    text_changed = Signal(str)

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self._emitted = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._emit)
        self.field.textChanged.connect(lambda _: self._timer.start())
        self.field.returnPressed.connect(self._emit)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.field, 1)
        self.setFocusProxy(self.field)

    def text(self) -> str:
        return self.field.text()

    def set_text(self, text: str) -> None:
        """As if it were typed."""
        self.field.setText(text)

    def add_widget(self, widget: QWidget) -> None:
        """Put ``widget`` to the right."""
        self._row.addWidget(widget)

    @property
    def is_settled(self) -> bool:
        """What stands in the field was told."""
        return not self._timer.isActive()

    def _emit(self) -> None:
        self._timer.stop()
        if self.field.text() != self._emitted:
            self._emitted = self.field.text()
            self.text_changed.emit(self._emitted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc clears; in an empty field it is left to whoever else listens."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self.field.text()
        ):
            self.field.clear()
            self._emit()
            return True
        return super().eventFilter(watched, event)
