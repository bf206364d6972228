"""Lua Scripts: which scripts the site has, how they fare, and their text."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.scripts.tab import ScriptsTab  # in parts before: window/importing.py

    return ScriptsTab(context)


def parts_ahead() -> tuple[type[QWidget], ...]:
    """What is worth making in turns of its own, before the tab (``widgets/made_ahead.py``)."""
    from goop_console.tabs.scripts.debugging.panel import DebugPanel
    from goop_console.tabs.scripts.everywhere.view import EverywhereView
    from goop_console.tabs.scripts.files.new_form import NewScriptForm
    from goop_console.tabs.scripts.header import ScriptHeader
    from goop_console.tabs.scripts.script_list import ScriptList
    from goop_console.tabs.scripts.text.merge_view import MergeView
    from goop_console.tabs.scripts.text.versions_view import VersionsView
    from goop_console.widgets.code_editor import EditorPane

    return (
        ScriptList,
        EditorPane,
        DebugPanel,
        EverywhereView,
        NewScriptForm,
        ScriptHeader,
        VersionsView,
        MergeView,
    )
