"""Labels that show foreign words as they are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from goop_console.widgets.elided_label import ElidedLabel


class Words(ElidedLabel):
    """One line beside buttons, cut where there is no room; the tool tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setProperty("role", "muted")

    def set_words(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text)
        self.update()


def plain_label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """A label that shows what it is given as it is."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(
            1
        )  # else the longest word is, and one of 2,000 letters would stretch the window
    return label
