"""Writing in the room that is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.groups.room_view import RoomView
from goop_console.tabs.groups.snapshot import WINDOW, Details, MemberItem, PeerItem, Snapshot
from goop_console.tabs.groups.words import STRANGER, source_word
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice


class RoomPresenter(QObject):
    """The room's members write first in the list, then everybody else that is known."""

    def __init__(self, context: TabContext, work: Work, view: RoomView) -> None:
        super().__init__(view)
        self._engine = context.session.engine
        self._work = work
        self._view = view
        self._room_id = ""
        self._choices: tuple[CallerChoice, ...] = ()
        view.send_requested.connect(self.send)

    def show_details(self, snapshot: Snapshot, details: Details, *, is_other: bool) -> None:
        if details.room is None:
            return
        self._room_id = details.group.row.id
        choices = _choices(snapshot.peers, details.members)
        if choices != self._choices:
            self._choices = choices
            self._view.set_callers(choices, self._engine.owner.id)
        self._view.show_room(details.room, is_other=is_other)

    def send(self, sender: str, text: str) -> None:
        """Write ``text`` in the room as ``sender``."""
        room_id, view = self._room_id, self._view
        self._work.run(
            lambda: self._engine.rooms.send(room_id, text, sender, WINDOW),
            done=lambda _: view.set_sent(text),
            failed=view.error.say,
            button=view.send,
        )


def _choices(peers: tuple[PeerItem, ...], members: tuple[MemberItem, ...]) -> tuple[CallerChoice, ...]:
    """The role is the one in the room, which is a group of its own."""
    emails = {item.peer.id: item.peer.email for item in peers}
    inside = [
        CallerChoice(one.peer_id, one.name, one.role, emails.get(one.peer_id, ""), source_word(one.source))
        for one in members
    ]
    ids = {one.id for one in inside}
    others = [item.peer for item in peers if item.peer.id not in ids]
    others_choices = [
        CallerChoice(
            p.id, p.name, "owner" if p.source == "owner" else STRANGER, p.email, source_word(p.source)
        )
        for p in others
    ]
    return (*inside, *others_choices)
