"""What every tab is given, and what the window asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.page import Page


@dataclass(frozen=True, slots=True)
class TabContext:
    """The services of one open site. ``navigate(tab_id, **target)`` brings a tab into view and hands it the
    target; ``leave()`` comes before a jump within a tab, so that Alt+Left leads back.
    """

    session: Session
    operations: Operations
    settings: AppSettings
    theme: Theme
    notify: Notifier
    navigate: Callable[..., None]
    leave: Callable[[], None] = lambda: None


class Tab(Page):
    """The top widget of a tab; it lives as long as its site is open.

    The window owns Ctrl+1…9, Ctrl+F (``find``), Ctrl+R and F5 (``refresh``), Ctrl+Shift+S (``save_all`` of
    every tab) and the zoom keys. Every other key, Ctrl+S too, belongs to the tab.
    """

    tab_id: str

    def return_to(self, state: Mapping[str, Any]) -> None:
        """Alt+Left and Alt+Right: back to what ``save_state`` told of."""
        self.restore_state(state)

    def step(self, step: int) -> bool:
        """Ctrl+Tab (1) and Ctrl+Shift+Tab (-1): the next page of the tab's own; False when it has none."""
        return step == 0

    def close_page(self) -> None:
        """Ctrl+W: close the page of the tab's own that is in view."""

    def reopen_page(self) -> None:
        """Ctrl+Shift+T: open the page again that was closed last."""
