"""The page "Saved calls"."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent

from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.saved.presenter import SavedPresenter
from goop_console.tabs.calls.saved.view import SavedView
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext


class SavedPage(Page):
    """Calls with what is expected of them, as files beside the site."""

    title = "Saved calls"

    def __init__(self, context: TabContext, tester: Tester) -> None:
        super().__init__()
        self.view = SavedView()
        self.presenter = SavedPresenter(context, tester, self.view)
        self.set_view(self.view)

    def open_target(self, **target: Any) -> None:
        """``call``: the name of a saved call."""
        if "call" in target:
            self.presenter.open_call(str(target["call"]))

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard into the list, or where it begins."""
        self.view.focus_list()

    def refresh(self) -> None:
        """Read the files again."""
        self.presenter.read()

    def showEvent(self, event: QShowEvent) -> None:
        """An editor or git may have been at the files."""
        super().showEvent(event)
        self.presenter.read()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate and self.isVisible():
            self.presenter.read()
        return super().event(event)
