"""The history of calls."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.history.page import HistoryPage
from goop_console.tabs.tab import TabContext

__all__ = ["HistoryPage", "create_page"]


def create_page(context: TabContext, tester: Tester) -> QWidget:
    """Make the page and let it load."""
    return HistoryPage(context, tester)
