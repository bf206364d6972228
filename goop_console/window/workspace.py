"""One open site: its tabs, and going from one to another. Imported when a site is open, after the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs import calls, data, logs, scripts
from goop_console.tabs.tab import Tab, TabContext
from goop_console.window.rail import Rail

_TABS: tuple[tuple[str, Callable[[TabContext], Tab]], ...] = (
    ("script", scripts.create),
    ("table", data.create),
    ("calls", calls.create),
    ("log", logs.create),
)


class Workspace(QWidget):
    """The rail and the tabs of ``session``."""

    def __init__(self, session: Session, operations: Operations, settings: AppSettings, theme: Theme, notify: Notifier) -> None:
        super().__init__()
        self.session = session
        context = TabContext(session, operations, settings, theme, notify, self.navigate)
        self.rail = Rail()
        self._stack = QStackedWidget()
        self.tabs: list[Tab] = []
        for picture, create in _TABS:
            tab = create(context)
            self.tabs.append(tab)
            self._stack.addWidget(tab)
            self.rail.add_tab(tab.title, picture)
        self.rail.chosen.connect(self.show_tab)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        self.rail.set_current(0)

    @property
    def current(self) -> Tab:
        """The tab in view."""
        return self.tabs[self._stack.currentIndex()]

    def tab(self, tab_id: str) -> Tab:
        """The tab named ``tab_id``. Raises KeyError."""
        for tab in self.tabs:
            if tab.tab_id == tab_id:
                return tab
        raise KeyError(tab_id)

    def show_tab(self, place: int) -> None:
        """Bring the tab at ``place`` (from 0) into view; nothing happens when there is none."""
        if 0 <= place < len(self.tabs):
            self._stack.setCurrentIndex(place)
            self.rail.set_current(place)
            self.current.focus_main()

    def navigate(self, tab_id: str, **target: Any) -> None:
        """Bring a tab into view and show the target there."""
        tab = self.tab(tab_id)
        self.show_tab(self.tabs.index(tab))
        if target:
            tab.open_target(**target)

    # for the window

    def unsaved(self) -> tuple[str, ...]:
        return tuple(name for tab in self.tabs for name in tab.unsaved())

    def save_all(self) -> None:
        for tab in self.tabs:
            if tab.unsaved():
                tab.save_all()

    def is_settled(self) -> bool:
        """Nothing is being read or written in any tab."""
        return all(tab.is_settled() for tab in self.tabs)

    def save_state(self) -> dict[str, Any]:
        """What to find again at the next start, as plain JSON data."""
        return {"current": self.current.tab_id, "tabs": {tab.tab_id: tab.save_state() for tab in self.tabs}}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave, in whatever shape it is now."""
        tabs = state.get("tabs")
        for tab in self.tabs:
            own = tabs.get(tab.tab_id) if isinstance(tabs, dict) else None
            if isinstance(own, dict):
                tab.restore_state(own)
        names = [tab.tab_id for tab in self.tabs]
        current = state.get("current")
        self.show_tab(names.index(current) if current in names else 0)
