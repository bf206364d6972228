"""The page "History"."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent

from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.history.presenter import HistoryPresenter
from goop_console.tabs.calls.history.view import HistoryView
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext


class HistoryPage(Page):
    """Every call that was made from here: local, complete, searchable."""

    title = "History"

    def __init__(self, context: TabContext, tester: Tester) -> None:
        super().__init__()
        self.view = HistoryView()
        self.presenter = HistoryPresenter(context, tester, self.view)
        self.set_view(self.view)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.presenter.catch_up()

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard into what is in view."""
        self.view.focus_main()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self.view.show_list()
        self.view.search.setFocus()

    def refresh(self) -> None:
        """Read the newest entries."""
        self.presenter.read()
