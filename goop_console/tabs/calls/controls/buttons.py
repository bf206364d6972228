"""Buttons with words, and keys of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from goop_console.widgets.icons import set_icon


def button(text: str, tip: str, picture: str = "", role: str = "") -> QPushButton:
    """A button with words; ``tip`` names its key too."""
    widget = QPushButton(text)
    widget.setToolTip(tip)
    widget.setAccessibleName(text)
    if role:
        widget.setProperty("role", role)
    if picture:
        set_icon(widget, picture, "accent_text" if role == "primary" else "text")
    return widget


def on_key(owner: QWidget, keys: Sequence[str], slot: Callable[[], object]) -> list[QShortcut]:
    """Keys that work while the keyboard is anywhere in ``owner``."""
    shortcuts = []
    for key in keys:
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
        shortcuts.append(shortcut)
    return shortcuts
