"""What every tab is given, and what the window asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme


@dataclass(frozen=True, slots=True)
class TabContext:
    """The services of one open site. ``navigate(tab_id, **target)`` brings a tab into view and hands it the
    target.
    """

    session: Session
    operations: Operations
    settings: AppSettings
    theme: Theme
    notify: Notifier
    navigate: Callable[..., None]


class Tab(QWidget):
    """The top widget of a tab; it lives as long as its site is open.

    The window owns Ctrl+1…9, Ctrl+F (``find``), Ctrl+R and F5 (``refresh``), Ctrl+Shift+S (``save_all`` of
    every tab) and the zoom keys. Every other key, Ctrl+S too, belongs to the tab.
    """

    tab_id: str
    title: str

    def open_target(self, **target: Any) -> None:
        """Show what a link in another tab leads to; keys that the tab does not know are left aside."""

    def save_state(self) -> dict[str, Any]:
        """What to find again at the next start, as plain JSON data."""
        return {}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave, in whatever shape a person or an older version left it."""

    def unsaved(self) -> tuple[str, ...]:
        """Names of what would be lost by closing."""
        return ()

    def save_all(self) -> None:
        """Begin to save everything that ``unsaved`` names; done when the tab is settled again."""

    def focus_main(self) -> None:
        """Put the keyboard where the work is."""
        self.setFocus()

    def find(self) -> None:  # type: ignore[override]  # the window calls it; nothing calls QWidget.find (a window by its handle)
        """Ctrl+F."""

    def refresh(self) -> None:
        """Ctrl+R or F5: read everything again."""

    def is_settled(self) -> bool:
        """Nothing is being read or written."""
        return True
