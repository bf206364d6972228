"""The page "Saved calls"."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from goop_console.tabs.calls.saved.presenter import SavedPresenter
from goop_console.tabs.calls.saved.view import SavedView
from goop_console.tabs.calls.tester import Page, Tester
from goop_console.tabs.tab import TabContext


class SavedPage(Page):
    """Calls with what is expected of them, as files beside the site."""

    title = "Saved calls"

    def __init__(self, context: TabContext, tester: Tester, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = SavedView(context.theme.colors)
        self.presenter = SavedPresenter(context, tester, self.view)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard into the list, or where it begins."""
        (self.view.table if self.view.model.rowCount() else self.view.empty.button).setFocus()

    def refresh(self) -> None:
        """Read the files again."""
        self.presenter.read()

    def save_current(self) -> None:
        """Ask for a name and save what stands in the form of the call page; for its own button."""
        self.presenter.ask_name()
