"""``Goop.chatroom``: the site's chat rooms, as a visitor's page sees them. Members only, except to join."""

from __future__ import annotations

from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.community.chat import CHAT, Message, RoomState
from lua_engine.community.groups import GroupError, Member
from lua_engine.pages.body import Body
from lua_engine.pages.errors import failed, not_found, refused
from lua_engine.pages.groups import HOSTS_ONLY, PAGE
from lua_engine.pages.mailboxes import Mailboxes
from lua_engine.pages.messages import message
from lua_engine.pages.parts import PageParts


class PageRooms:
    """Every method answers JSON data and raises :class:`PageError`."""

    def __init__(self, parts: PageParts, mailboxes: Mailboxes) -> None:
        self._parts = parts
        self._mailboxes = mailboxes

    def create(self, body: Body, caller: Caller) -> dict[str, Any]:
        """``{name, description, max_members, context}``: a room of the owner's."""
        name = body.required("name", "name required")
        if caller.id != self._parts.folder.peer_id:
            raise refused("create failed: only the site's owner can open a room here", HOSTS_ONLY)
        try:
            room = self._parts.rooms.create(
                name, body.text("description"), body.number("max_members"), body.text("context"), PAGE
            )
            return _room(self._parts.rooms.state(room.id, PAGE))
        except GroupError as error:
            raise failed(f"create failed: {error}") from error

    def close(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id}``."""
        if caller.id != self._parts.folder.peer_id:
            raise refused("close failed: only the site's owner can close a room here", HOSTS_ONLY)
        room_id = self._room_id(body, "close")
        self._parts.rooms.close(room_id, PAGE)
        return {"status": "closed"}

    def join(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{host_peer_id, group_id}``: become a member; the last messages come as news."""
        host = body.required("host_peer_id", "host_peer_id and group_id required")
        body.required("group_id", "host_peer_id and group_id required")
        if host != self._parts.folder.peer_id:
            raise failed("join failed: that host is not there")
        room_id = self._room_id(body, "join")
        try:
            self._parts.groups.add(room_id, caller.id, PAGE)
        except GroupError as error:
            raise failed(f"join failed: {error}") from error
        state = self._parts.rooms.state(room_id, PAGE)
        history = {"messages": [_message(one) for one in state.messages]}
        self._mailboxes.send(caller.id, message(f"chat.room:{room_id}:history", history, host))
        return {"status": "joined"}

    def leave(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id}``; the owner stays."""
        room_id = self._room_id(body, "leave")
        if caller.id != self._parts.folder.peer_id:
            try:
                self._parts.groups.remove(room_id, caller.id, PAGE)
            except GroupError as error:
                raise failed(f"leave failed: {error}") from error
        return {"status": "left"}

    def send(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id, text}``."""
        text = body.required("text", "group_id and text required")
        body.required("group_id", "group_id and text required")
        room_id = self._member_of(body, caller, "send")
        try:
            self._parts.rooms.send(room_id, text, caller.id, PAGE)
        except GroupError as error:
            raise failed(f"send failed: {error}") from error
        return {"status": "sent"}

    def state(self, body: Body, caller: Caller) -> dict[str, Any]:
        """``{group_id}`` -> ``{room: {id, name, description, members}, messages}``."""
        state = self._parts.rooms.state(self._member_of(body, caller, "state"), PAGE)
        return {"room": _room(state), "messages": [_message(one) for one in state.messages]}

    def _member_of(self, body: Body, caller: Caller, what: str) -> str:
        room_id = self._room_id(body, what)
        if not self._parts.groups.role_of(caller.id, room_id, PAGE):
            raise refused(
                f"{what} failed: not a member of this room", "the page must call chatroom.join first"
            )
        return room_id

    def _room_id(self, body: Body, what: str) -> str:
        room_id = body.required("group_id", "group_id required")
        group = self._parts.community.group(room_id, PAGE)
        if group is None or group.group_type != CHAT:
            raise not_found(f"{what} failed: room not found: {room_id[:64]}")
        return room_id


def chat_message(payload: Any) -> dict[str, Any] | None:
    """The message in what a room sends to its group (``MessageSent.payload``); None for anything else."""
    if not isinstance(payload, dict) or payload.get("type") != "chat" or "sender" not in payload:
        return None
    return {
        "id": payload["id"],
        "from": payload["sender"],
        "from_name": payload["sender_name"],
        "text": payload["text"],
        "timestamp": payload["timestamp"],
    }


def members_json(members: list[Member] | tuple[Member, ...]) -> list[dict[str, str]]:
    return [{"peer_id": one.peer_id, "name": one.name, "role": one.role} for one in members]


def _room(state: RoomState) -> dict[str, Any]:
    room = state.room
    members = members_json(state.members)
    return {"id": room.id, "name": room.name, "description": room.description, "members": members}


def _message(one: Message) -> dict[str, Any]:
    return {
        "id": one.id,
        "from": one.sender,
        "from_name": one.sender_name,
        "text": one.text,
        "timestamp": one.timestamp,
    }
