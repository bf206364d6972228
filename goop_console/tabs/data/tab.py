"""The Data tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goop_console.tabs.data.presenter import DataPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes


class DataTab(Tab):
    """Tables and rows. Targets: ``table``, ``where`` (a condition in SQL)."""

    tab_id = "data"
    title = "Data"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = DataView()
        self._sizes = ChosenSizes(splitter=self.view.splitter, detail=self.view.detail.splitter)
        self.presenter = DataPresenter(context, self.view)
        self.set_view(self.view)

    def open_target(self, **target: Any) -> None:
        if "table" in target and "where" in target:
            self.presenter.open_rows(str(target["table"]), str(target["where"]))
        elif "table" in target:
            self.presenter.open_link(str(target["table"]))

    def save_state(self) -> dict[str, Any]:
        view = self.view
        return {
            **self.presenter.save_state(),
            "sizes": self._sizes.state(),
            "system_columns": view.system_columns.isChecked(),
            "details": view.details.isChecked(),
            "filters": view.filters.isChecked(),
            "system_tables": view.tables.system.isChecked(),
            "page": view.pages.currentIndex(),
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.view.system_columns.setChecked(bool(state.get("system_columns", False)))
        self.view.details.setChecked(bool(state.get("details", True)))
        self.view.filters.setChecked(bool(state.get("filters", False)))
        self.view.tables.system.setChecked(bool(state.get("system_tables", False)))
        page = state.get("page")
        if isinstance(page, int) and 0 <= page < self.view.pages.count():
            self.view.pages.setCurrentIndex(page)
        self.presenter.restore_state(state)

    def focus_main(self) -> None:
        self.view.grid.setFocus() if self.view.state is None else self.view.tables.list.setFocus()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self.view.filter.setFocus()

    def refresh(self) -> None:
        self.presenter.refresh()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
