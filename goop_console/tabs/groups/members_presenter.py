"""What can be done with the members of the group that is shown."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject

from goop_console.services.intents import Intent, Intents
from goop_console.tabs.groups.intents import add_member, remove_member, set_role
from goop_console.tabs.groups.members_view import MembersView
from goop_console.tabs.groups.snapshot import Details, MemberItem, Snapshot
from goop_console.tabs.groups.words import source_word
from goop_console.tabs.tab import TabContext


class MembersPresenter(QObject):
    """What is done can be undone: by the bar until another group is shown, by Ctrl+Z always."""

    def __init__(self, context: TabContext, intents: Intents, view: MembersView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._intents = intents
        self._offered: Intent | None = None
        self._names: dict[str, str] = {}  # of those who can be added, by id
        self._view = view
        self._details: Details | None = None
        intents.undone.connect(self._on_undone)
        view.add_requested.connect(self.add)
        view.remove_requested.connect(self.remove)
        view.role_requested.connect(self.set_role)
        view.call_requested.connect(lambda peer_id: context.navigate("calls", caller_id=peer_id))

    def show_details(self, snapshot: Snapshot, details: Details, *, is_other: bool) -> None:
        self._details = details
        inside = {member.peer_id for member in details.members}
        peers = [item.peer for item in snapshot.peers if item.peer.id not in inside]
        self._names = {peer.id: peer.name for peer in peers}
        names = Counter(peer.name for peer in peers)
        shown = {peer.id: f"{peer.name} · {source_word(peer.source)}" for peer in peers}
        self._view.set_peers(
            [(shown[p.id] if names[p.name] == 1 else f"{shown[p.id]} · {p.id}", p.id) for p in peers]
        )
        self._view.show_members(details.group, details.members, is_other=is_other)

    def add(self, peer_id: str) -> None:
        """Add somebody with the group's default role."""
        details, view = self._details, self._view
        if details is None:
            return
        group_id = details.group.row.id
        if any(member.peer_id == peer_id for member in details.members):
            view.add_error.say(f"{peer_id} is a member already.")
            return

        def done(_: None) -> None:
            if view.peer.value() == peer_id:
                view.peer.setEditText("")

        self._intents.run(
            add_member(self._engine, group_id, peer_id, self._names.get(peer_id, peer_id)),
            done=done,
            failed=view.add_error.say,
        )

    def set_role(self, peer_id: str, role: str) -> None:
        details, member = self._details, self._member(peer_id)
        if details is not None and member is not None:
            intent = set_role(self._engine, details.group.row.id, member, role)
            self._intents.run(intent, failed=self._view.error.say)

    def remove(self, peer_id: str) -> None:
        details, member = self._details, self._member(peer_id)
        if details is None or member is None:
            return
        intent, group_id = remove_member(self._engine, details.group.row.id, member), details.group.row.id

        def done(_: None) -> None:
            if self._details is not None and self._details.group.row.id == group_id:
                self._offer_undo(intent)

        self._intents.run(intent, done=done, failed=self._view.error.say)

    def _member(self, peer_id: str) -> MemberItem | None:
        members = self._details.members if self._details is not None else ()
        return next((one for one in members if one.peer_id == peer_id), None)

    def _offer_undo(self, intent: Intent) -> None:
        self._offered = intent
        self._view.undo.say("info", intent.done_words, intent.detail, [("Undo", self._undo)])

    def _undo(self) -> None:
        self._view.undo.hide()
        self._intents.undo(self._on_undo_failed)

    def _on_undo_failed(self, reason: str) -> None:
        self._view.error.say(reason)
        if self._offered is not None:
            self._offer_undo(self._offered)

    def _on_undone(self, intent: Intent) -> None:
        if intent is self._offered:
            self._offered = None
            self._view.undo.hide()
