"""The Debug button over the editor: what can be done with the script in view, with its keys."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from goop_console.widgets.icons import set_icon


class MenuEntry(NamedTuple):
    """A line of the menu; ``keys`` as on the keyboard."""

    name: str
    text: str
    keys: str


ARM: Final = MenuEntry("arm", "Stop in the next &real call", "Ctrl+F9")
REACH: Final = MenuEntry("reach", "What the saved &calls reach", "Shift+F7")
SHOW: Final = MenuEntry("show", "&Show the debugger", "F7")
ENTRIES: Final = (
    MenuEntry("start", "&Debug a call", "F5"),
    MenuEntry("toggle", "&Breakpoint at the cursor", "F9"),
    ARM,
    REACH,
    SHOW,
)


class DebugMenu(QToolButton):
    """``chosen`` names an entry of :data:`ENTRIES`."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Debug")
        self.setToolTip("Breakpoints, a call in the debugger, or the next real call")
        self.setAccessibleName("Debug this script")
        self.setToolButtonStyle(self.toolButtonStyle().ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self, "debug")
        menu = QMenu(self)
        self.entries: dict[str, QAction] = {}
        for one in ENTRIES:
            action = menu.addAction(one.text)
            action.triggered.connect(partial(self._on_chosen, one.name))
            # shown only: the keys are the tab's
            action.setText(f"{one.text}\t{QKeySequence(one.keys).toString()}")
            self.entries[one.name] = action
        for one in (ARM, REACH):
            self.entries[one.name].setCheckable(True)
        self.setMenu(menu)

    def _on_chosen(self, name: str, _is_checked: bool = False) -> None:
        self.chosen.emit(name)

    def set_states(self, *, is_armed: bool, shows_reach: bool) -> None:
        """Whether the next real call of the script in view stops, and whether the margin says what the saved
        calls reach.
        """
        self.entries[ARM.name].setChecked(is_armed)
        self.entries[REACH.name].setChecked(shows_reach)
