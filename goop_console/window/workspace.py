"""One open site: its tabs, and going from one to another. Imported when a site is open, after the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs import calls, data, groups, logs, scripts, site, templates
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.layouts import scrolled
from goop_console.window.rail import Rail


@dataclass(frozen=True, slots=True)
class _Place:
    """A tab before it is made."""

    tab_id: str
    title: str
    picture: str
    create: Callable[[TabContext], Tab]


_PLACES = (
    _Place("scripts", "Lua Scripts", "script", scripts.create),
    _Place("data", "Data", "table", data.create),
    _Place("calls", "Call Tester", "calls", calls.create),
    _Place("site", "Site", "site", site.create),
    _Place("logs", "Logs", "log", logs.create),
    _Place("groups", "Groups", "group", groups.create),
    _Place("templates", "Templates", "template", templates.create),
)
_IDS = tuple(place.tab_id for place in _PLACES)
_MAX_STOPS = 50
_Stop = tuple[str, dict[str, Any]]  # a tab and how it was


class Workspace(QWidget):
    """The rail and the tabs of ``session``.

    A tab is made when it is first shown; the others follow one by one, so that the window answers in between.
    """

    tab_created = Signal(object)  # Tab

    def __init__(
        self, session: Session, operations: Operations, settings: AppSettings, theme: Theme, notify: Notifier
    ) -> None:
        super().__init__()
        self.session = session
        self._context = TabContext(session, operations, settings, theme, notify, self.navigate, self.leave)
        self._tabs: dict[str, Tab] = {}
        self._states: dict[str, dict[str, Any]] = {}
        self.rail = Rail()
        self._stack = QStackedWidget()
        self.is_restored = False  # what stood in the tabs has been put back
        self._back: list[_Stop] = []
        self._forward: list[_Stop] = []
        self._placeholders = [QWidget() for _ in _PLACES]
        for place, placeholder in zip(_PLACES, self._placeholders, strict=True):
            self._stack.addWidget(placeholder)
            self.rail.add_tab(place.title, place.picture)
        self.rail.chosen.connect(self.show_tab)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._make_next)

    @property
    def current(self) -> Tab:
        """The tab in view."""
        return self.tab(_IDS[self._stack.currentIndex()])

    @property
    def tabs(self) -> list[Tab]:
        """The tabs made so far, in the order of the rail."""
        return [self._tabs[tab_id] for tab_id in _IDS if tab_id in self._tabs]

    def tab(self, tab_id: str) -> Tab:
        """The tab named ``tab_id``, made if need be. Raises KeyError."""
        if tab_id not in self._tabs:
            self._make(_IDS.index(tab_id) if tab_id in _IDS else -1, tab_id)
        return self._tabs[tab_id]

    def _make(self, index: int, tab_id: str) -> None:
        if index < 0:
            raise KeyError(tab_id)
        tab = self._tabs[tab_id] = _PLACES[index].create(self._context)
        placeholder = self._placeholders[index]
        is_shown = self._stack.currentIndex() == index
        self._stack.insertWidget(index, scrolled(tab))
        self._stack.removeWidget(placeholder)
        placeholder.deleteLater()
        if is_shown:
            self._stack.setCurrentIndex(index)
        if tab_id in self._states:
            tab.restore_state(self._states.pop(tab_id))
        self.tab_created.emit(tab)

    def _make_next(self) -> None:
        waiting = next(self._waiting(), None)
        if waiting is None:
            self._later.stop()
        else:
            self.tab(waiting)

    def _waiting(self) -> Iterator[str]:
        return (tab_id for tab_id in _IDS if tab_id not in self._tabs)

    def id_of(self, title: str) -> str:
        """The id of the tab with that title; empty when there is none."""
        return next((place.tab_id for place in _PLACES if place.title == title), "")

    def step_tab(self, step: int) -> None:
        """The next tab, or the one before, around the ends."""
        self.show_tab((self._stack.currentIndex() + step) % len(_IDS))

    def go_back(self) -> None:
        """Back to where the last link was followed from."""
        self._travel(self._back, self._forward)

    def go_forward(self) -> None:
        """To where ``go_back`` came from."""
        self._travel(self._forward, self._back)

    def _travel(self, source: list[_Stop], other: list[_Stop]) -> None:
        if source:
            other.append(self._here())
            tab_id, state = source.pop()
            self.show_tab(_IDS.index(tab_id))
            self.tab(tab_id).return_to(state)

    def _here(self) -> _Stop:
        return _IDS[self._stack.currentIndex()], self.current.save_state()

    def show_tab(self, place: int) -> None:
        """Bring the tab at ``place`` (from 0) into view; nothing happens when there is none."""
        if 0 <= place < len(_IDS):
            tab = self.tab(_IDS[place])
            self._stack.setCurrentIndex(place)
            self.rail.set_current(place)
            tab.focus_main()

    def navigate(self, tab_id: str, **target: Any) -> None:
        """Bring a tab into view and show the target there."""
        tab = self.tab(tab_id)
        self.leave()
        self.show_tab(_IDS.index(tab_id))
        if target:
            tab.open_target(**target)

    def leave(self) -> None:
        """Remember where one is: Alt+Left leads back here."""
        self._back = [*self._back, self._here()][-_MAX_STOPS:]
        self._forward = []

    def step_page(self, step: int) -> None:
        """The next page of the tab in view; the next tab when it has no pages of its own."""
        if not self.current.step(step):
            self.step_tab(step)

    # for the window

    def unsaved(self) -> tuple[str, ...]:
        return tuple(name for tab in self.tabs for name in tab.unsaved())

    def save_all(self) -> None:
        for tab in self.tabs:
            if tab.unsaved():
                tab.save_all()

    def is_settled(self) -> bool:
        """Every tab is made, and nothing is being read or written in any."""
        return next(self._waiting(), None) is None and all(tab.is_settled() for tab in self.tabs)

    def save_state(self) -> dict[str, Any]:
        """What to find again at the next start, as plain JSON data; a tab that was never made keeps what it
        had.
        """
        made = {tab.tab_id: tab.save_state() for tab in self.tabs}
        return {"current": _IDS[self._stack.currentIndex()], "tabs": {**self._states, **made}}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave, in whatever shape it is now; then make the tabs, the one in
        view first.
        """
        tabs = state.get("tabs")
        self._states = {
            tab_id: own
            for tab_id in _IDS
            if isinstance(tabs, dict) and isinstance(own := tabs.get(tab_id), dict)
        }
        current = state.get("current")
        self.show_tab(_IDS.index(current) if current in _IDS else 0)
        self.is_restored = True
        self._later.start()
