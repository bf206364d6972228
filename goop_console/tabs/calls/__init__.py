"""The Call Tester: be any visitor, call a script, see everything that it did."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.calls.tab import CallsTab  # in parts before: window/importing.py

    return CallsTab(context)


def parts_ahead() -> tuple[type[QWidget], ...]:
    """What is worth making in turns of its own, before the tab (``widgets/made_ahead.py``)."""
    from goop_console.tabs.calls.call.recent_view import RecentView
    from goop_console.tabs.calls.call.request_view import RequestView
    from goop_console.tabs.calls.outcome_view.result_view import ResultView
    from goop_console.tabs.calls.outcome_view.trace_view import TraceView

    return (RequestView, RecentView, TraceView, ResultView)
