"""Saved calls and what is expected of them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.saved.page import SavedPage
from goop_console.tabs.tab import TabContext

__all__ = ["SavedPage", "create_page"]


def create_page(context: TabContext, tester: Tester) -> QWidget:
    """Make the page and let it load."""
    return SavedPage(context, tester)
