"""The Data tab: the tables of data.db and their rows."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.data.tab import DataTab  # in parts before: window/importing.py

    return DataTab(context)
