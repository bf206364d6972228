"""The Logs tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goop_console.tabs.logs.presenter import LogsPresenter
from goop_console.tabs.logs.view import LogsView
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes


class LogsTab(Tab):
    """The log, live and of the days before. Targets: ``call_id``, ``script``, ``caller_id``, ``origin``."""

    tab_id = "logs"
    title = "Logs"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = LogsView()
        self._sizes = ChosenSizes(splitter=self.view.splitter)
        self.presenter = LogsPresenter(context, self.view)
        self.set_view(self.view)

    def open_target(self, **target: Any) -> None:
        self.presenter.open_target(target)

    def save_state(self) -> dict[str, Any]:
        return {
            **self.presenter.save_state(),
            "sizes": self._sizes.state(),
            "widths": self.view.table.widths.stored(),
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.view.table.widths.restore(state.get("widths"))
        self.presenter.restore_state(state)

    def focus_main(self) -> None:
        self.view.table.setFocus()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self.view.filter.field.setFocus()
        self.view.filter.field.selectAll()

    def refresh(self) -> None:
        """Show the newest lines; there is nothing to read again."""
        self.view.table.set_follows(True)

    def is_settled(self) -> bool:
        return self.view.filter.is_settled and not self.presenter.is_busy
