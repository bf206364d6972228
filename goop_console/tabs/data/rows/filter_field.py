"""The field above one column in which one types what its values must be."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

HELP = (
    "anna: contains · =anna: is exactly · an*: begins with\n"
    ">5, >=5, <5, <=5: compares · 5..10: lies between\n"
    "null, <>null: is (not) NULL · <>x: is not x · =: is empty text\n"
    'Text in "quotes" stands for itself'
)


class FilterField(QLineEdit):
    """``edited(column, text)`` when a person changed it; ``left(1)``, ``left(-1)``: Tab, Shift+Tab."""

    edited = Signal(str, str)
    left = Signal(int)

    def __init__(self, column: str, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._column = column
        self._is_filling = False
        self.setAccessibleName(f"Filter of {column}")
        self.setAccessibleDescription(HELP)
        self.setToolTip(HELP)
        self.setPlaceholderText("filter")
        self.setClearButtonEnabled(True)
        self.setProperty("role", "column-filter")
        self.textChanged.connect(self._on_changed)

    def show_text(self, text: str) -> None:
        """As if it were typed, without announcing it."""
        self._is_filling = True
        if self.text() != text:
            self.setText(text)
        self._is_filling = False

    def _on_changed(self, text: str) -> None:
        if not self._is_filling:
            self.edited.emit(self._column, text)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        self.left.emit(1 if is_next else -1)
        return True
