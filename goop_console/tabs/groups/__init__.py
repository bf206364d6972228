"""The Groups tab: hosted groups with their members, rooms and listening session; and everybody the site
knows.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.groups.tab import GroupsTab  # in parts before: window/importing.py

    return GroupsTab(context)


def parts_ahead() -> tuple[type[QWidget], ...]:
    """What is worth making in turns of its own, before the tab (``widgets/made_ahead.py``)."""
    from goop_console.tabs.groups.group_list import GroupList
    from goop_console.tabs.groups.groups_view import DetailsView, GroupsView
    from goop_console.tabs.groups.peers_view import PeersView

    return (DetailsView, GroupList, GroupsView, PeersView)
