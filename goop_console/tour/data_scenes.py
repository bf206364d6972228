"""Scenes of the tour in the Data tab: filters, a conflict, the edits, who may what,
SQL and checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goop_console.tour.site_scenes import Tour

if TYPE_CHECKING:
    from goop_console.tabs.data.tab import DataTab
    from lua_engine import Engine, TableInfo


async def data(tour: Tour, engine: Engine) -> None:
    """Edit, filter, look as a stranger, ask SQL and check; all on the tour's copy of the site."""
    tour.window.navigate("data")
    await tour.settle()
    tab, table = _tab(tour), await tour.in_thread(lambda: _fullest(engine))
    if tab is None or table is None:
        return
    tour.window.navigate("data", table=table.name)
    await tour.settle()
    await _edits(tour, tab, table)
    view = tab.view
    view.filters.setChecked(True)
    await tour.picture("data-filters")
    view.filters.setChecked(False)
    view.viewer.setCurrentIndex(view.viewer.count() - 1)  # a stranger
    view.viewer.activated.emit(view.viewer.currentIndex())
    await tour.picture("data-as-stranger")
    view.viewer.setCurrentIndex(0)
    view.viewer.activated.emit(0)
    await tour.settle()
    view.pages.setCurrentIndex(1)
    await tour.picture("data-schema")
    view.pages.setCurrentIndex(3)
    view.sql.editor.setPlainText(f'SELECT * FROM "{table.name}" ORDER BY 1 DESC LIMIT 5')
    view.sql.run_requested.emit()
    await tour.picture("data-sql")
    view.pages.setCurrentIndex(4)
    view.checks.start.click()
    await tour.picture("data-checks")
    view.pages.setCurrentIndex(0)


async def _edits(tour: Tour, tab: DataTab, table: TableInfo) -> None:
    """An edit, a deletion, the list of both, and a change that somebody else made meanwhile."""
    view = tab.view
    column = next((one for one in table.columns if _is_free_text(one)), None)
    if column is None or not view.rows.rowCount():
        return
    place = view.rows.column_place(column.name)
    view.grid.setCurrentIndex(view.rows.index(0, place))
    view.grid.delegate.edited.emit(view.grid.currentIndex(), "Edited in the Data tab")
    await tour.settle()
    view.grid.select_rows([view.rows.rowCount() - 1])
    tab.presenter.run("delete")
    await tour.settle()
    view.pages.setCurrentIndex(2)
    await tour.picture("data-edits")
    view.pages.setCurrentIndex(0)
    tab.presenter.edits.show_conflict_of(view.rows.key(0), column.name, "What you typed", "what you saw")
    await tour.settle()
    await tour.picture("data-conflict")
    view.notice.dismiss()


def _tab(tour: Tour) -> DataTab | None:
    from goop_console.tabs.data.tab import DataTab

    workspace = tour.window.workspace
    tabs = workspace.tabs if workspace is not None else ()
    found = next((tab for tab in tabs if tab.tab_id == "data"), None)
    if isinstance(found, DataTab):
        return found
    inside = tour.window.findChildren(DataTab)
    return inside[0] if inside else None


def _is_free_text(column: Any) -> bool:
    return column.type == "text" and not column.is_system and not column.values and not column.generated


def _fullest(engine: Engine) -> TableInfo | None:
    """The writable table with the most rows."""
    tables = [table for table in engine.data.tables() if table.is_writable]
    return max(tables, key=lambda table: engine.data.count(table.name) or 0, default=None)
