"""What can be done with one variable, as a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


class VariableCommand(NamedTuple):
    """``keys`` as on the keyboard."""

    text: str
    keys: str


CHANGE: Final = VariableCommand("Change the value…", "Return")
WRITER: Final = VariableCommand("Who set it?", "Ctrl+F11")
WATCH: Final = VariableCommand("Watch it", "Ctrl+Shift+F11")
COPY: Final = VariableCommand("Copy the value", "Ctrl+C")


def variable_menu(
    parent: QWidget, ways: Sequence[tuple[VariableCommand, Callable[[], object] | None]]
) -> QMenu:
    """Without a way a command is shown and cannot be chosen. It deletes itself."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    for command, way in ways:
        # Shown only: the keys are the tree's and the tab's.
        action = menu.addAction(f"{command.text}\t{QKeySequence(command.keys).toString()}")
        action.setEnabled(way is not None)
        if way is not None:
            action.triggered.connect(lambda _=False, way=way: way())
    return menu
