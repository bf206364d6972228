"""The Call Tester as the main window knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from goop_console.tabs.calls.call.page import CallPage
from goop_console.tabs.calls.everyone.page import EveryonePage
from goop_console.tabs.calls.fire.page import FirePage
from goop_console.tabs.calls.frame.pages_bar import PageSpec, PagesView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.history.page import HistoryPage
from goop_console.tabs.calls.saved.page import SavedPage
from goop_console.tabs.page import Page
from goop_console.tabs.tab import Tab, TabContext

CALL = "call"
_MORE_PAGES: dict[str, type[EveryonePage | SavedPage | HistoryPage | FirePage]] = {
    "everyone": EveryonePage,
    "saved": SavedPage,
    "history": HistoryPage,
    "fire": FirePage,
}


class CallsTab(Tab):
    """Calls as anybody. Targets: ``function``, ``params``, ``action``; ``text``; ``caller_id``; ``call_id``;
    ``page`` and what that page knows.
    """

    tab_id = "calls"
    title = "Call Tester"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self._context = context
        self._states: dict[str, Any] = {}  # of pages that nobody has looked at yet
        self.call = CallPage(context)
        self.view, self.presenter = self.call.view, self.call.presenter
        more = [
            PageSpec(name, page.title, partial(self._create, name, page))
            for name, page in _MORE_PAGES.items()
        ]
        self.pages = PagesView([PageSpec(CALL, self.call.title, lambda: self.call), *more])
        self.pages.entered.connect(self.focus_main)
        self.presenter.page_requested.connect(lambda: self.pages.show_page(CALL))
        self.set_view(self.pages)

    def _create(self, name: str, create: Callable[[TabContext, Tester], Page]) -> Page:
        page = create(self._context, self.presenter)
        state = self._states.pop(name, None)
        if isinstance(state, dict):
            page.restore_state(state)
        return page

    def _page(self) -> Page:
        """The page in view."""
        return self.pages.page(self.pages.current)

    def _opened(self) -> list[Page]:
        """The pages that were shown so far."""
        return list(self.pages.opened().values())

    def open_target(self, **target: Any) -> None:
        name = target.get("page", CALL)
        page = self.pages.show_page(name if name in self.pages.buttons else CALL)
        page.open_target(**target)

    def save_state(self) -> dict[str, Any]:
        opened = self.pages.opened()
        pages = {name: page.save_state() for name, page in opened.items() if name != CALL}
        return {
            **self.call.save_state(),
            "page": self.pages.current,
            "pages": {**self._states, **pages},
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.call.restore_state(state)
        pages = state.get("pages")
        self._states = dict(pages) if isinstance(pages, dict) else {}
        page = state.get("page")
        if isinstance(page, str) and page in self.pages.buttons:
            self.pages.show_page(page)

    def unsaved(self) -> tuple[str, ...]:
        return tuple(name for page in self._opened() for name in page.unsaved())

    def save_all(self) -> None:
        for page in self._opened():
            page.save_all()

    def focus_main(self) -> None:
        self._page().focus_main()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self._page().find()

    def refresh(self) -> None:
        for page in self._opened():
            page.refresh()

    def is_settled(self) -> bool:
        return all(page.is_settled() for page in self._opened())
