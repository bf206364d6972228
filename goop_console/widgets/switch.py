"""A small button that is on or off, such as ``Aa`` for matching case."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton


def switch(text: str, name: str) -> QToolButton:
    """``name`` says what it does: to the mouse as a tool tip, and to a screen reader."""
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
