"""The page "Run as everyone"."""

from __future__ import annotations

from goop_console.tabs.calls.everyone.presenter import EveryonePresenter
from goop_console.tabs.calls.everyone.view import EveryoneView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext


class EveryonePage(Page):
    """Chosen calls by every caller, each on a copy of the site; a grid can be kept as a check."""

    title = "Run as everyone"

    def __init__(self, context: TabContext, tester: Tester) -> None:
        super().__init__()
        self.view = EveryoneView()
        self.presenter = EveryonePresenter(context, tester, self.view)
        self.set_view(self.view)

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard into the grid, or where it begins."""
        (self.view.table if self.presenter.grid.calls else self.view.empty.button).setFocus()

    def refresh(self) -> None:
        """Read callers, functions and files again."""
        self.presenter.read()
