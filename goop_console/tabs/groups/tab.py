"""The Groups tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goop_console.tabs.groups.presenter import CommunityPresenter
from goop_console.tabs.groups.view import GROUPS, PEERS, CommunityView
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes
from goop_console.widgets.record_list import RecordList


class GroupsTab(Tab):
    """Groups and peers. Targets: ``group_id``, ``peer_id``, ``page`` (``groups`` or ``peers``)."""

    tab_id = "groups"
    title = "Groups"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = CommunityView()
        self.presenter = CommunityPresenter(context, self.view)
        self._sizes = ChosenSizes(groups=self.view.groups.splitter, peers=self.view.peers.splitter)
        self.set_view(self.view)

    def open_target(self, **target: Any) -> None:
        if "page" in target:
            self.view.show_page(str(target["page"]))
        if "group_id" in target:
            self.view.show_page(GROUPS)
            self.presenter.groups.open_group(str(target["group_id"]))
        elif "peer_id" in target:
            self.view.show_page(PEERS)
            self.presenter.peers.open_peer(str(target["peer_id"]))

    def _tables(self) -> dict[str, RecordList[Any]]:
        groups = self.view.groups
        return {
            "groups": groups.list.table,
            "members": groups.details.members.table,
            "peers": self.view.peers.table,
        }

    def save_state(self) -> dict[str, Any]:
        return {
            "page": self.view.page,
            "group": self.view.groups.list.table.current_key() or self.presenter.reader.wanted,
            "filter": self.view.groups.list.filter.text(),
            "peer_filter": self.view.peers.filter.text(),
            "sizes": self._sizes.state(),
            "widths": {name: table.widths() for name, table in self._tables().items()},
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        widths = state.get("widths")
        for name, table in self._tables().items():
            table.set_widths(widths.get(name) if isinstance(widths, dict) else None)
        self.view.show_page(str(state.get("page", "")))
        for field, key in ((self.view.groups.list.filter, "filter"), (self.view.peers.filter, "peer_filter")):
            if isinstance(state.get(key), str):
                field.set_text(state[key])
        group = state.get("group")
        if isinstance(group, str) and group:
            self.presenter.groups.open_remembered(group)

    def focus_main(self) -> None:
        (self.view.groups.list.table if self.view.page == GROUPS else self.view.peers.table).setFocus()

    def find(self) -> None:  # type: ignore[override]  # see Page
        bar = self.view.groups.list.filter if self.view.page == GROUPS else self.view.peers.filter
        bar.field.setFocus()
        bar.field.selectAll()

    def refresh(self) -> None:
        self.presenter.reader.refresh()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
