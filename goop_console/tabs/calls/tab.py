"""The Call Tester as the main window knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from goop_console.tabs.calls import everyone as matrix
from goop_console.tabs.calls import fire, saved
from goop_console.tabs.calls import history as past
from goop_console.tabs.calls.call.presenter import CallsPresenter
from goop_console.tabs.calls.call.view import CallsView
from goop_console.tabs.calls.frame.pages_bar import PageSpec, PagesView
from goop_console.tabs.calls.frame.tester import Page, Tester
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes

CALL = "call"
_MORE_PAGES = (
    ("matrix", "Run as everyone", matrix.create_page),
    ("saved", "Saved calls", saved.create_page),
    ("past", "History", past.create_page),
    ("fire", "Fire N times", fire.create_page),
)


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
        self.view = CallsView()
        view = self.view
        self._sizes = ChosenSizes(splitter=view.splitter, left=view.left, result=view.result.splitter)
        self.presenter = CallsPresenter(context, self.view)
        more = [
            PageSpec(name, title, partial(self._make_page, name, create))
            for name, title, create in _MORE_PAGES
        ]
        self.pages = PagesView([PageSpec(CALL, "Call", lambda: self.view), *more])
        self.pages.entered.connect(self.focus_main)
        self.presenter.page_wanted.connect(lambda: self.pages.show_page(CALL))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.pages)

    def _make_page(self, name: str, create: Callable[[TabContext, Tester], QWidget]) -> QWidget:
        page = create(self._context, self.presenter)
        state = self._states.pop(name, None)
        if isinstance(page, Page) and isinstance(state, dict):
            page.restore_state(state)
        return page

    def _page(self) -> Page | None:
        """The page in view, unless it is the call page."""
        page = self.pages.page(self.pages.current)
        return page if isinstance(page, Page) else None

    def _made_pages(self) -> dict[str, Page]:
        return {name: page for name, page in self.pages.made().items() if isinstance(page, Page)}

    def open_target(self, **target: Any) -> None:
        name = target.get("page", CALL)
        if name == CALL or name not in self.pages.buttons:
            self.presenter.open_link(target)
            return
        page = self.pages.show_page(name)
        if isinstance(page, Page):
            page.open_target(**target)

    def save_state(self) -> dict[str, Any]:
        pages = {**self._states, **{name: page.save_state() for name, page in self._made_pages().items()}}
        own = {
            "sizes": self._sizes.state(),
            "mode": self.view.result.json.mode,
            "page": self.pages.current,
            "pages": pages,
        }
        return {**self.presenter.form.save_state(), **own}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.view.result.json.set_mode("raw" if state.get("mode") == "raw" else "tree")
        self.presenter.form.restore_state(state)
        pages = state.get("pages")
        self._states = dict(pages) if isinstance(pages, dict) else {}
        page = state.get("page")
        if isinstance(page, str) and page in self.pages.buttons:
            self.pages.show_page(page)

    def unsaved(self) -> tuple[str, ...]:
        return tuple(name for page in self._made_pages().values() for name in page.unsaved())

    def save_all(self) -> None:
        for page in self._made_pages().values():
            page.save_all()

    def focus_main(self) -> None:
        page = self._page()
        if page is not None:
            page.focus_main()
        else:
            self.view.request.focus_first()

    def find(self) -> None:  # type: ignore[override]  # the window calls it; nothing calls QWidget.find (a window by its handle)
        page = self._page()
        if page is not None:
            page.find()
        else:
            self.view.caller.open_popup()

    def refresh(self) -> None:
        self.presenter.form.read()
        for page in self._made_pages().values():
            page.refresh()

    def is_settled(self) -> bool:
        return self.presenter.is_settled and all(page.is_settled() for page in self._made_pages().values())
