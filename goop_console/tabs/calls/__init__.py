"""The Call Tester: be any visitor, call a script, see everything that it did."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.calls.tab import CallsTab  # in parts before: window/importing.py

    return CallsTab(context)
