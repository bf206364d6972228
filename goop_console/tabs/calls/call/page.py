"""The page "Call"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goop_console.tabs.calls.call.presenter import CallPresenter
from goop_console.tabs.calls.call.view import CallView
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes


class CallPage(Page):
    """One call as anybody, and everything that it did."""

    title = "Call"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = CallView()
        self.presenter = CallPresenter(context, self.view)
        self._sizes = ChosenSizes(
            splitter=self.view.splitter, left=self.view.left, result=self.view.result.splitter
        )
        self.set_view(self.view)

    def open_target(self, **target: Any) -> None:
        self.presenter.open_link(target)

    def save_state(self) -> dict[str, Any]:
        sizes = {"sizes": self._sizes.state(), "mode": self.view.result.json.mode}
        return {**self.presenter.form.save_state(), **sizes}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.view.result.json.set_mode("raw" if state.get("mode") == "raw" else "tree")
        self.presenter.form.restore_state(state)

    def focus_main(self) -> None:
        self.view.request.focus_first()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self.view.caller.open_popup()

    def refresh(self) -> None:
        """Read callers and scripts again; what stands in the form stays."""
        self.presenter.form.read()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
