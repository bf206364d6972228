"""Firing one call many times."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.fire.page import FirePanel
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.tab import TabContext

__all__ = ["FirePanel", "create_page"]


def create_page(context: TabContext, tester: Tester) -> QWidget:
    """Make the panel."""
    return FirePanel(context, tester)
