"""One open site: its tabs, and going from one to another. Imported when a site is open, after the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QStackedWidget, QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs import calls, data, groups, logs, scripts, site, templates
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.layouts import scrolled
from goop_console.widgets.made_ahead import make_part
from goop_console.window.importing import TabImporter, tab_in_view
from goop_console.window.rail import Rail


@dataclass(frozen=True, slots=True)
class _Place:
    """A tab before it is made."""

    tab_id: str
    title: str
    picture: str
    create: Callable[[TabContext], Tab]
    parts: Callable[[], tuple[type[QWidget], ...]] = tuple  # made ahead, each in a turn


_PLACES = (
    _Place("scripts", "Lua Scripts", "script", scripts.create, scripts.parts_ahead),
    _Place("data", "Data", "table", data.create, data.parts_ahead),
    _Place("calls", "Call Tester", "calls", calls.create, calls.parts_ahead),
    _Place("site", "Site", "site", site.create),
    _Place("logs", "Logs", "log", logs.create),
    _Place("groups", "Groups", "group", groups.create, groups.parts_ahead),
    _Place("templates", "Templates", "template", templates.create, templates.parts_ahead),
)
_IDS = tuple(place.tab_id for place in _PLACES)
_MAX_STOPS = 50
_PATIENCE = 300  # turns that the other tabs wait for the one in view
_TURN_MS = 1  # with 0 it would be idle work, of which Qt does several pieces in one turn
_Stop = tuple[str, dict[str, Any]]  # a tab and how it was


class _ComingTab(Tab):
    """In the place of a tab that is not made yet; seen by who goes there before it is imported."""

    def __init__(self, place: _Place) -> None:
        super().__init__()
        self.tab_id, self.title = place.tab_id, place.title
        label = QLabel(f"Opening {place.title}…")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("role", "muted")
        self.set_view(label)

    def is_settled(self) -> bool:
        return False


class Workspace(QWidget):
    """The rail and the tabs of ``session``.

    A tab is made when it is first shown, or, if ``importer`` has not imported it yet, as soon as it has; the
    others follow one by one, each in several turns, so that the window answers in between.
    """

    tab_created = Signal(object)  # Tab

    def __init__(
        self,
        session: Session,
        operations: Operations,
        settings: AppSettings,
        theme: Theme,
        notify: Notifier,
        importer: TabImporter,
    ) -> None:
        super().__init__()
        self.session = session
        self._context = TabContext(session, operations, settings, theme, notify, self.navigate, self.leave)
        self._importer = importer
        self._tabs: dict[str, Tab] = {}
        self._parts: dict[str, list[type[QWidget]]] = {}  # of tabs that are about to be made
        self._nursery = QWidget(self)  # what is made ahead is in it, and seen by nobody
        self._nursery.hide()
        self._unplaced: dict[str, Tab] = {}  # made, and to be put in its place in the next turn
        self._targets: dict[str, dict[str, Any]] = {}  # of links into tabs that are not imported yet
        self._states: dict[str, dict[str, Any]] = {}
        self.rail = Rail()
        self._stack = QStackedWidget()
        self._patience = _PATIENCE
        self.is_restored = False  # what stood in the tabs has been put back
        self._back: list[_Stop] = []
        self._forward: list[_Stop] = []
        self._placeholders = [_ComingTab(place) for place in _PLACES]
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
        self._later.setInterval(_TURN_MS)
        self._later.timeout.connect(self._make_next)
        importer.ready.connect(self._on_ready)

    @property
    def current(self) -> Tab:
        """The tab in view; one that does nothing while that tab is on its way."""
        place = self._stack.currentIndex()
        return self._tabs.get(_IDS[place], self._placeholders[place])

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
        self._create(tab_id)
        self._place(index, self._unplaced.pop(tab_id))

    def _create(self, tab_id: str) -> None:
        if tab_id not in self._unplaced:
            tab = self._unplaced[tab_id] = _PLACES[_IDS.index(tab_id)].create(self._context)
            tab.setParent(self._nursery)  # it goes with the workspace

    def _place(self, index: int, tab: Tab) -> None:
        """Put it where its placeholder is, as it was left the last time."""
        tab_id = tab.tab_id
        self._tabs[tab_id] = tab
        placeholder = self._placeholders[index]
        is_shown = self._stack.currentIndex() == index
        self._stack.insertWidget(index, scrolled(tab))
        self._stack.removeWidget(placeholder)
        placeholder.hide()
        placeholder.deleteLater()
        if is_shown:
            self._stack.setCurrentIndex(index)
        if tab_id in self._states:
            tab.restore_state(self._states.pop(tab_id))
        self.tab_created.emit(tab)

    def _make_next(self) -> None:
        """A turn's work ahead: a part of the next tab, the tab itself, or putting it in its place."""
        in_view = _IDS[self._stack.currentIndex()]
        if in_view in self._tabs and self._patience:
            self._patience = 0 if self.current.is_settled() else self._patience - 1
            if not self._patience:
                self._importer.go_on()
            return
        ready = [one for one in self._waiting() if self._importer.is_ready(one)]
        waiting = in_view if in_view in ready else next(iter(ready), None)
        if waiting is None:
            self._later.stop()
        elif waiting in self._unplaced:
            self._show_made(waiting)
        elif waiting not in self._parts:
            self._parts[waiting] = list(_PLACES[_IDS.index(waiting)].parts())
        elif self._parts[waiting]:
            make_part(self._parts[waiting].pop(0), self._nursery)
        else:
            self._create(waiting)

    def _waiting(self) -> Iterator[str]:
        return (tab_id for tab_id in _IDS if tab_id not in self._tabs)

    def _on_ready(self, tab_id: str) -> None:
        """A tab is imported: it can be made."""
        if tab_id in self._targets:
            self._show_made(tab_id)
            self._tabs[tab_id].open_target(**self._targets.pop(tab_id))
        self._later.start()

    def _show_made(self, tab_id: str) -> None:
        """Place a tab that was waited for; the keyboard goes there unless it is at work beside the tabs."""
        focus = QApplication.focusWidget()
        is_free = focus is None or not focus.isVisible() or self.isAncestorOf(focus)
        tab = self.tab(tab_id)
        if tab_id == _IDS[self._stack.currentIndex()] and (is_free or self._patience):
            tab.focus_main()

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
        tab_id = _IDS[self._stack.currentIndex()]
        return tab_id, self._states.get(tab_id) or self.current.save_state()

    def show_tab(self, place: int) -> None:
        """Bring the tab at ``place`` (from 0) into view; nothing happens when there is none."""
        if not 0 <= place < len(_IDS):
            return
        tab_id = _IDS[place]
        if self._can_make(tab_id):
            self.tab(tab_id)
        else:
            self._importer.hurry(tab_id)
            self._importer.go_on()
        self._stack.setCurrentIndex(place)
        self.rail.set_current(place)
        self.current.focus_main()

    def _can_make(self, tab_id: str) -> bool:
        return tab_id in self._tabs or self._importer.is_ready(tab_id)

    def navigate(self, tab_id: str, **target: Any) -> None:
        """Bring a tab into view and show the target there."""
        if tab_id not in _IDS:
            raise KeyError(tab_id)
        self.leave()
        self.show_tab(_IDS.index(tab_id))
        if target and self._can_make(tab_id):
            self.tab(tab_id).open_target(**target)
        elif target:
            self._targets[tab_id] = target

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
        place = _IDS.index(tab_in_view(state))
        self._stack.setCurrentIndex(place)
        self.rail.set_current(place)
        self.is_restored = True
        self._later.start()
