"""How the entries are shown: together or in their order, with what around them. And its menu."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from goop_console.tabs.logs.groups import MODES, Mode

CONTEXTS = (0, 1, 3, 10)
_MODE_WORDS: dict[Mode, str] = {
    "calls": "Each call together",
    "flat": "Every line in its order",
    "similar": "Similar lines together",
}


@dataclass(frozen=True, slots=True)
class Display:
    """``context``: lines shown before and behind each one that passes the filter. ``highlights``: what is
    typed is marked, and nothing is left out for it.
    """

    mode: Mode = "calls"
    context: int = 0
    highlights: bool = False
    histogram: bool = True

    def stored(self) -> dict[str, Any]:
        return {
            "mode": self.mode,
            "context": self.context,
            "highlights": self.highlights,
            "histogram": self.histogram,
        }


def display_from(stored: object) -> Display:
    """What ``stored`` gave, from whatever is there now."""
    if not isinstance(stored, dict):
        return Display()
    mode: Mode = next((one for one in MODES if one == stored.get("mode")), "calls")
    context = next((one for one in CONTEXTS if one == stored.get("context")), 0)
    return Display(mode, context, stored.get("highlights") is True, stored.get("histogram") is not False)


class DisplayMenu(QMenu):
    """``chosen`` hands over the display that is wanted; folding is told by itself."""

    chosen = Signal(object)  # Display
    fold_requested = Signal(bool)  # True: fold all

    def __init__(self, parent: QWidget) -> None:
        super().__init__("View", parent)
        self._display = Display()
        self.setToolTipsVisible(True)
        self.modes = {mode: self._choice(_MODE_WORDS[mode], mode=mode) for mode in MODES}
        self._group(self.modes.values())
        self.addSeparator()
        self.highlights = self._switch("Highlight what is typed, leave nothing out", "highlights")
        contexts = self.addMenu("Lines around each that is found")
        self.contexts = {
            count: self._choice(_context_words(count), contexts, context=count) for count in CONTEXTS
        }
        self._group(self.contexts.values())
        self.histogram = self._switch("Histogram", "histogram")
        self.addSeparator()
        self.fold = self.addAction("Fold all\tShift+Left", lambda: self.fold_requested.emit(True))
        self.unfold = self.addAction("Unfold all\tShift+Right", lambda: self.fold_requested.emit(False))
        self.show_display(self._display)

    def _group(self, actions: Any) -> None:
        group = QActionGroup(self)
        for action in actions:
            group.addAction(action)

    def _choice(self, words: str, menu: QMenu | None = None, **change: Any) -> QAction:
        action = (menu or self).addAction(words)
        action.setCheckable(True)
        action.triggered.connect(lambda _=False: self.chosen.emit(replace(self._display, **change)))
        return action

    def _switch(self, words: str, name: str) -> QAction:
        action = self.addAction(words)
        action.setCheckable(True)
        action.triggered.connect(lambda is_on: self.chosen.emit(replace(self._display, **{name: is_on})))
        return action

    def show_display(self, display: Display) -> None:
        """What is in force."""
        self._display = display
        self.modes[display.mode].setChecked(True)
        self.contexts[display.context].setChecked(True)
        self.highlights.setChecked(display.highlights)
        self.histogram.setChecked(display.histogram)
        for action in (self.fold, self.unfold):
            action.setEnabled(display.mode != "flat")


def _context_words(count: int) -> str:
    return f"{count} before and after" if count else "None"
