"""The page "Fire N times"."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent

from goop_console.tabs.calls.fire.presenter import FirePresenter
from goop_console.tabs.calls.fire.view import FireView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext


class FirePage(Page):
    """The call of the call page, many times: times, outcomes, and from which the rate limit refuses."""

    title = "Fire N times"

    def __init__(self, context: TabContext, tester: Tester) -> None:
        super().__init__()
        self.view = FireView()
        self.presenter = FirePresenter(context, tester, self.view)
        self.set_view(self.view)

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard where the number is."""
        self.view.count.setFocus()

    def refresh(self) -> None:
        """Take what stands in the form of the call page now."""
        self.presenter.take_call()

    def showEvent(self, event: QShowEvent) -> None:
        """What stands in the form of the call page may be another call by now."""
        super().showEvent(event)
        self.presenter.take_call()
