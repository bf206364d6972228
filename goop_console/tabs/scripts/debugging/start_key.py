"""F5 in the editor and in the debugger's panel: start, or go on. Everywhere else it is the window's Refresh.

A shortcut of the tab would be no match for the window's: Qt calls two of the same key ambiguous and runs
neither. So the widgets that have the keyboard take the key before it becomes a shortcut.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

START = "F5"


class StartKey(QObject):
    """``pressed`` when F5 is pressed in one of the widgets that are watched."""

    pressed = Signal()

    def watch(self, widget: QWidget) -> None:
        """Take the key in ``widget`` and in what is in it now."""
        for one in (widget, *widget.findChildren(QWidget)):
            one.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not _is_start(event):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.pressed.emit()
        return True


def _is_start(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_F5
        and event.modifiers() == Qt.KeyboardModifier.NoModifier
    )
