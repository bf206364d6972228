"""Lua Scripts: which scripts the site has, how they fare, and their text."""

from __future__ import annotations

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    return ScriptsTab(context)
