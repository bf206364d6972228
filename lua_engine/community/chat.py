"""Chat rooms: groups of type ``chat`` with stored messages, behind ``goop.chat``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lua_engine.base.events import EventBus, MessageSent
from lua_engine.base.lazy_part import LazyPart
from lua_engine.community.groups import MAX_NAME, GroupError, Groups, Member
from lua_engine.store.community.records import SERVICE, Actor, GroupRow
from lua_engine.store.database import Database

if TYPE_CHECKING:
    from lua_engine.store.community.community_rows import CommunityRows

CHAT = "chat"
HISTORY = 100  # messages of a room that are kept and shown
MAX_TEXT_BYTES = 16 * 1024
MAX_DESCRIPTION = 1_000  # characters
MAX_LABELS = 1_000


@dataclass(frozen=True, slots=True)
class Room:
    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``timestamp`` is milliseconds since the epoch."""

    id: str
    sender: str
    sender_name: str
    text: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as it is now: ``messages`` are the last :data:`HISTORY`, oldest first."""

    room: Room
    members: tuple[Member, ...]
    messages: tuple[Message, ...]


class ChatRooms:
    """Thread-safe. Raises :class:`GroupError` on an unknown room, also for a group of another type."""

    def __init__(
        self, groups: Groups, database: Database, bus: EventBus, clock: Callable[[], float] = time.time
    ) -> None:
        self._groups = groups
        self._database = database
        self._bus = bus
        self._clock = clock
        self._labels = _Labels()

    @LazyPart
    def _rows(self) -> CommunityRows:
        from lua_engine.store.community.community_rows import CommunityRows

        return CommunityRows(self._database)

    def create(
        self, name: str, description: str = "", max_members: int = 0, context: str = "", by: Actor = SERVICE
    ) -> Room:
        """Open a room with the owner in it."""
        if len(description) > MAX_DESCRIPTION:
            raise GroupError(f"description must be at most {MAX_DESCRIPTION} characters")
        room_id = self._groups.create(name, CHAT, context, max_members, by=by)
        if description:
            self._rows.set_description(room_id, description, by)
        return Room(room_id, name, description)

    def send(self, room_id: str, text: str, sender: str, by: Actor = SERVICE, *, label: str = "") -> Message:
        """Store a message and tell everybody. The room keeps its newest :data:`HISTORY` messages.

        ``label`` is what a sender calls themselves who is no known peer.
        """
        if len(text.encode()) > MAX_TEXT_BYTES:
            raise GroupError(f"message is longer than {MAX_TEXT_BYTES // 1024} KB")
        self._require_room(room_id, by)
        sent_at = int(self._clock() * 1000)
        message_id = self._rows.add_message(room_id, sender, text, sent_at, HISTORY, by)
        self._labels.learn(sender, label)
        message = Message(str(message_id), sender, self._name_of(sender), text, sent_at)
        self._bus.publish(MessageSent(room_id, sender, {"type": "chat", **asdict(message)}))
        return message

    def state(self, room_id: str, by: Actor = SERVICE) -> RoomState:
        """The room with its members and last messages."""
        group = self._require_room(room_id, by)
        room = _to_room(group, self._rows.descriptions(by).get(room_id, ""))
        messages = tuple(
            Message(str(row.id), row.sender, self._name_of(row.sender), row.text, row.time)
            for row in self._rows.messages(room_id, HISTORY, by)
        )
        return RoomState(room, tuple(self._groups.members(room_id, by)), messages)

    def rooms(self, by: Actor = SERVICE) -> list[Room]:
        """All open rooms, oldest first."""
        described = self._rows.descriptions(by)
        groups = (group for group in self._groups.list(by) if group.group_type == CHAT)
        return [_to_room(group, described.get(group.id, "")) for group in groups]

    def close(self, room_id: str, by: Actor = SERVICE) -> None:
        """Close the room; its messages go with it."""
        self._require_room(room_id, by)
        self._groups.close(room_id, by)

    def _name_of(self, sender: str) -> str:
        name = self._groups.name_of(sender)
        return name if name != sender else self._labels.get(sender)

    def _require_room(self, room_id: str, by: Actor) -> GroupRow:
        group = self._rows.group(room_id, by)
        if group is None or group.group_type != CHAT:
            raise GroupError(f"room not found: {room_id[:200]}")
        return group


class _Labels:
    """What senders called themselves who are no known peers; the newest :data:`MAX_LABELS`."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def learn(self, sender: str, label: str) -> None:
        if label and label != sender:
            self._labels.pop(sender, None)
            self._labels[sender] = label[:MAX_NAME]
            if len(self._labels) > MAX_LABELS:
                self._labels.pop(next(iter(self._labels)), None)

    def get(self, sender: str) -> str:
        return self._labels.get(sender, sender)


def _to_room(group: GroupRow, description: str) -> Room:
    return Room(group.id, group.name, description)
