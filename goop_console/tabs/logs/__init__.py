"""The Logs tab: what scripts and the engine write, as it happens."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab; it shows what the session has already."""
    from goop_console.tabs.logs.tab import LogsTab  # in parts before: window/importing.py

    return LogsTab(context)
