"""The Call Tester as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QSplitter, QVBoxLayout

from goop_console.tabs.calls.presenter import CallsPresenter
from goop_console.tabs.calls.view import CallsView
from goop_console.tabs.tab import Tab, TabContext


class CallsTab(Tab):
    """Calls as anybody. Targets: ``function``, ``params``, ``action``; ``text``; ``caller_id``; ``call_id``."""

    tab_id = "calls"
    title = "Call Tester"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = CallsView(context.theme.colors)
        self.presenter = CallsPresenter(context, self.view)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)

    def open_target(self, **target: Any) -> None:
        self.presenter.open_link(target)

    def _splitters(self) -> dict[str, QSplitter]:
        return {"splitter": self.view.splitter, "left": self.view.left, "result": self.view.result.splitter}

    def save_state(self) -> dict[str, Any]:
        sizes = {name: splitter.sizes() for name, splitter in self._splitters().items()}
        return {**self.presenter.form.save_state(), "sizes": sizes, "mode": self.view.result.json.mode}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        sizes = state.get("sizes")
        for name, splitter in self._splitters().items():
            wanted = sizes.get(name) if isinstance(sizes, dict) else None
            if isinstance(wanted, list) and len(wanted) == splitter.count() and all(isinstance(one, int) and one >= 0 for one in wanted):
                splitter.setSizes(wanted)
        self.view.result.json.set_mode("raw" if state.get("mode") == "raw" else "tree")
        self.presenter.form.restore_state(state)

    def focus_main(self) -> None:
        self.view.request.focus_first()

    def find(self) -> None:  # type: ignore[override]  # the window calls it; nothing calls QWidget.find (a window by its handle)
        self.view.caller.open_popup()

    def refresh(self) -> None:
        self.presenter.form.read()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
