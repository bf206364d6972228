"""The Data tab: the tables of data.db and their rows."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from goop_console.tabs.tab import Tab, TabContext


def create(context: TabContext) -> Tab:
    """Make the tab and let it load."""
    from goop_console.tabs.data.tab import DataTab  # in parts before: window/importing.py

    return DataTab(context)


def parts_ahead() -> tuple[type[QWidget], ...]:
    """What is worth making in turns of its own, before the tab (``widgets/made_ahead.py``)."""
    from goop_console.tabs.data.editing.edits_view import EditsView
    from goop_console.tabs.data.questions.checks_view import ChecksView
    from goop_console.tabs.data.rows.detail_view import DetailView
    from goop_console.tabs.data.sql.sql_view import SqlView
    from goop_console.tabs.data.tables.schema_view import SchemaView
    from goop_console.tabs.data.tables.table_list import TableList

    return (TableList, DetailView, SchemaView, EditsView, SqlView, ChecksView)
