"""The Site tab: the site's pages in the browser, as any visitor, and what each visitor's page asks."""

from __future__ import annotations

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.site.tab import SiteTab  # in parts before: window/importing.py

    return SiteTab(context)
