"""Lua Scripts: which scripts the site has, how they fare, and their text."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.scripts.tab import ScriptsTab  # in parts before: window/importing.py

    return ScriptsTab(context)
