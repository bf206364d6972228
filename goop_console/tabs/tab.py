"""What every tab is given, and what the window asks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.page import Page


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


class Tab(Page):
    """The top widget of a tab; it lives as long as its site is open.

    The window owns Ctrl+1…9, Ctrl+F (``find``), Ctrl+R and F5 (``refresh``), Ctrl+Shift+S (``save_all`` of
    every tab) and the zoom keys. Every other key, Ctrl+S too, belongs to the tab.
    """

    tab_id: str
