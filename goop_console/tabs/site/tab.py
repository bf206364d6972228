"""The Site tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goop_console.tabs.site.presenter import SitePresenter
from goop_console.tabs.site.view import SiteView
from goop_console.tabs.tab import Tab, TabContext


class SiteTab(Tab):
    """The site in the browser. No targets of its own."""

    tab_id = "site"
    title = "Site"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = SiteView()
        self.presenter = SitePresenter(context, self.view)
        self._sizes: list[int] = []
        self.view.splitter.splitterMoved.connect(self._on_splitter_moved)
        self.set_view(self.view)

    def _on_splitter_moved(self) -> None:
        self._sizes = self.view.splitter.sizes()

    def save_state(self) -> dict[str, Any]:
        return {
            "on_copy": self.view.on_copy.isChecked(),
            "its_sdk": self.view.its_sdk.isChecked(),
            "filter": self.view.filter.text(),
            "sizes": self._sizes,
            "widths": {"visitors": self.view.visitors.widths(), "requests": self.view.requests.widths()},
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        if isinstance(state.get("on_copy"), bool) and self.presenter.preview is None:
            self.view.on_copy.setChecked(state["on_copy"])
            self.presenter.show()
        if isinstance(state.get("its_sdk"), bool):
            self.view.its_sdk.setChecked(state["its_sdk"])
        if isinstance(state.get("filter"), str):
            self.view.filter.set_text(state["filter"])
        sizes = state.get("sizes")
        if (
            isinstance(sizes, list)
            and len(sizes) == 2
            and all(isinstance(one, int) and one > 0 for one in sizes)
        ):
            self.view.splitter.setSizes(sizes)
            self._sizes = sizes
        widths = state.get("widths")
        if isinstance(widths, dict):
            self.view.visitors.set_widths(widths.get("visitors"))
            self.view.requests.set_widths(widths.get("requests"))

    def focus_main(self) -> None:
        if self.presenter.preview is None:
            self.view.picker.setFocus()
        else:
            self.view.visitors.setFocus()

    def find(self) -> None:  # type: ignore[override]  # see Page
        self.view.filter.setFocus()

    def refresh(self) -> None:
        self.presenter.guests.read_now()
        self.presenter.show()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
