"""Run as everyone: chosen calls as the owner, each role, a stranger and chosen peers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.everyone.page import MatrixPage
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.tab import TabContext

__all__ = ["MatrixPage", "create_page"]


def create_page(context: TabContext, tester: Tester) -> QWidget:
    """Make the page and let it load."""
    return MatrixPage(context, tester)
