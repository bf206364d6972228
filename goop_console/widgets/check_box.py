"""Check boxes and radio buttons whose key acts at once.

Qt's own answer to the letter of a mnemonic (Alt+D) is to press the button for 100 ms, and to switch it then.
Whoever presses Ctrl+Enter in between would get what the button said before, and read what it says after.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShortcutEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton


def _is_taken(button: QAbstractButton, event: QEvent) -> bool:
    """Whether ``event`` was the button's mnemonic, which has switched it now."""
    if not isinstance(event, QShortcutEvent) or event.isAmbiguous() or not button.isEnabled():
        return False
    button.setFocus(Qt.FocusReason.ShortcutFocusReason)
    button.click()
    return True


class CheckBox(QCheckBox):
    """Switched in the moment of its key."""

    def event(self, event: QEvent) -> bool:
        return _is_taken(self, event) or super().event(event)


class RadioButton(QRadioButton):
    """Chosen in the moment of its key."""

    def event(self, event: QEvent) -> bool:
        return _is_taken(self, event) or super().event(event)
