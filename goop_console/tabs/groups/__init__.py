"""The Groups tab: hosted groups with their members, rooms and listening session; and everybody the site
knows.
"""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.groups.tab import GroupsTab  # in parts before: window/importing.py

    return GroupsTab(context)
