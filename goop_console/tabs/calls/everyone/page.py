"""The page "Run as everyone"."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from goop_console.tabs.calls.everyone.presenter import MatrixPresenter
from goop_console.tabs.calls.everyone.view import MatrixView
from goop_console.tabs.calls.frame.tester import Page, Tester
from goop_console.tabs.tab import TabContext


class MatrixPage(Page):
    """Chosen calls by every caller, each on a copy of the site; a grid can be kept as a check."""

    title = "Run as everyone"

    def __init__(self, context: TabContext, tester: Tester, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MatrixView()
        self.presenter = MatrixPresenter(context, tester, self.view)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)

    def is_settled(self) -> bool:
        return self.presenter.is_settled

    def focus_main(self) -> None:
        """Put the keyboard into the grid, or where it begins."""
        (self.view.table if self.presenter.grid.calls else self.view.empty.button).setFocus()

    def refresh(self) -> None:
        """Read callers, functions and files again."""
        self.presenter.read()
