"""The Templates tab: whole sites to install, ready chat commands, and the way back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.templates.tab import TemplatesTab  # in parts before: window/importing.py

    return TemplatesTab(context)


def parts_ahead() -> tuple[type[QWidget], ...]:
    """What is worth making in turns of its own, before the tab (``widgets/made_ahead.py``)."""
    from goop_console.tabs.templates.gallery_view import GalleryView
    from goop_console.tabs.templates.plan_view import PlanView

    return (GalleryView, PlanView)
