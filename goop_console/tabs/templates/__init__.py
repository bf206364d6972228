"""The Templates tab: whole sites to install, ready chat commands, and the way back."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.templates.tab import TemplatesTab  # in parts before: window/importing.py

    return TemplatesTab(context)
