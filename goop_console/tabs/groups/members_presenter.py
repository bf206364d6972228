"""What can be done with the members of the group that is shown."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.groups.members_view import MembersView
from goop_console.tabs.groups.snapshot import WINDOW, Details, MemberItem, Snapshot
from goop_console.tabs.groups.words import source_word
from goop_console.tabs.tab import TabContext

_ICON = 20


class MembersPresenter(QObject):
    """A removal can be undone until another group is shown."""

    def __init__(self, context: TabContext, work: Work, view: MembersView) -> None:
        super().__init__(view)
        self._context = context
        self._groups = context.session.engine.groups
        self._work = work
        self._view = view
        self._details: Details | None = None
        view.add_wanted.connect(self.add)
        view.remove_wanted.connect(self.remove)
        view.role_wanted.connect(self.set_role)
        view.call_wanted.connect(lambda peer_id: context.navigate("calls", caller_id=peer_id))

    def show_details(self, snapshot: Snapshot, details: Details, *, is_other: bool) -> None:
        self._details = details
        inside = {member.peer_id for member in details.members}
        peers = [item.peer for item in snapshot.peers if item.peer.id not in inside]
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

        self._work.run(
            lambda: self._groups.add(group_id, peer_id, WINDOW), done=done, failed=view.add_error.say
        )

    def set_role(self, peer_id: str, role: str) -> None:
        details = self._details
        if details is not None:
            group_id = details.group.row.id
            self._work.run(
                lambda: self._groups.set_role(group_id, peer_id, role, WINDOW), failed=self._view.error.say
            )

    def remove(self, peer_id: str) -> None:
        details = self._details
        member = (
            next((one for one in details.members if one.peer_id == peer_id), None)
            if details is not None
            else None
        )
        if details is None or member is None:
            return
        group = details.group.row

        def done(_: None) -> None:
            if self._details is not None and self._details.group.row.id == group.id:
                self._offer_undo(group.id, member)

        self._work.run(
            lambda: self._groups.remove(group.id, peer_id, WINDOW), done=done, failed=self._view.error.say
        )

    def _offer_undo(self, group_id: str, member: MemberItem) -> None:
        undo = ("Undo", lambda: self._undo(group_id, member))
        self._view.undo.say("info", f"{member.name} is removed", f"They had the role {member.role}.", [undo])

    def _undo(self, group_id: str, member: MemberItem) -> None:
        """Back in, with the role as it was."""
        self._view.undo.hide()

        def work() -> None:
            self._groups.add(group_id, member.peer_id, WINDOW)
            if member.role:
                self._groups.set_role(group_id, member.peer_id, member.role, WINDOW)

        def failed(reason: str) -> None:
            self._view.error.say(reason)
            self._offer_undo(group_id, member)

        self._work.run(work, failed=failed)
