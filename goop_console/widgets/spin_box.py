"""A box for a number, with room before its text."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

_ROOM = 6  # pixels; Qt's stylesheets leave the padding of a spin box's text out


class SpinBox(QSpinBox):
    """A QSpinBox that looks like the other fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(_ROOM, 0, 0, 0)
