"""``goop.chat``: chat rooms of this site. Messages are stored with the room and told to whoever listens."""

from __future__ import annotations

from typing import Any

from lua_engine.api.acting import actor, member_records, whole
from lua_engine.api.binding import Host, Param, fail, host_function
from lua_engine.base.errors import KnownError
from lua_engine.community.chat import Room

MAX_SHOWN = 4_096  # characters of a message in an effect

_ROOM = Param("group_id", "string", doc="the room's id")
_UNKNOWN = "`room not found: ID`"
_ROOM_TYPE = "{id: string, name: string, description: string}"


@host_function(
    "goop.chat.create",
    Param("name", "string"),
    Param("description", "string", optional=True),
    Param("max_members", "number", optional=True, doc="members, the owner included; 0 means unlimited"),
    Param("context", "string", optional=True, doc="what the room belongs to, e.g. goop.template.name"),
    returns=f"{_ROOM_TYPE}|nil, string?",
    doc="Open a chat room (a group of type chat) with the owner in it.",
    errors=("`group name is required`", "`description must be at most 1000 characters`"),
    example='local room, err = goop.chat.create("Room Name", "description", 10, goop.template.name)',
)
def create(
    host: Host,
    name: str,
    description: str | None = None,
    max_members: float | None = None,
    context: str | None = None,
) -> dict[str, str] | tuple[None, str]:
    limit = whole(max_members, "goop.chat.create: max_members")
    try:
        room = host.services.chat.create(name, description or "", limit, context or "", actor(host))
    except KnownError as error:
        return fail(str(error))
    host.run.effect(
        "chat", f"opened room {name}", {"action": "create", **_record(room)}, would=f"would open room {name}"
    )
    return _record(room)


@host_function(
    "goop.chat.send",
    _ROOM,
    Param("text", "string"),
    returns="string?",
    doc="Send a message to a room, from the caller. A room keeps its last 100 messages.",
    errors=(_UNKNOWN, "`message is longer than 16 KB`"),
    example='goop.chat.send(group_id, "Hello everyone!")',
)
def send(host: Host, room_id: str, text: str) -> str | None:
    try:
        caller = host.run.caller
        host.services.chat.send(room_id, text, caller.id, actor(host), label=caller.label)
    except KnownError as error:
        return str(error)
    detail = {"action": "send", "id": room_id, "text": text[:MAX_SHOWN]}
    host.run.effect(
        "chat", f"sent to room {room_id}: {text}", detail, would=f"would send to room {room_id}: {text}"
    )
    return None


@host_function(
    "goop.chat.state",
    _ROOM,
    returns="table|nil, string?",
    doc="The room with its members {peer_id, role, name} and its last 100 messages {id, from, from_name, "
    "text, timestamp in ms}.",
    errors=(_UNKNOWN,),
    example="local room, err = goop.chat.state(group_id)",
)
def state(host: Host, room_id: str) -> dict[str, Any] | tuple[None, str]:
    try:
        found = host.services.chat.state(room_id, actor(host))
    except KnownError as error:
        return fail(str(error))
    return {
        **_record(found.room),
        "members": member_records(host, found.members),
        "messages": [
            {
                "id": one.id,
                "from": one.sender,
                "from_name": one.sender_name,
                "text": one.text,
                "timestamp": one.timestamp,
            }
            for one in found.messages
        ],
    }


@host_function(
    "goop.chat.rooms",
    returns="{id: string, name: string, description: string, members: table[]}[]",
    doc="All open rooms with their members {peer_id, role, name}, oldest first.",
    example="local rooms = goop.chat.rooms()",
)
def rooms(host: Host) -> list[dict[str, Any]] | tuple[None, str]:
    by = actor(host)
    try:
        return [
            {**_record(room), "members": member_records(host, host.services.groups.members(room.id, by))}
            for room in host.services.chat.rooms(by)
        ]
    except KnownError as error:
        return fail(str(error))


@host_function(
    "goop.chat.close",
    _ROOM,
    returns="string?",
    doc="Close a room; its messages are deleted, and on_group_close runs.",
    errors=(_UNKNOWN,),
    example="goop.chat.close(group_id)",
)
def close(host: Host, room_id: str) -> str | None:
    try:
        host.services.chat.close(room_id, actor(host))
    except KnownError as error:
        return str(error)
    host.run.effect(
        "chat",
        f"closed room {room_id}",
        {"action": "close", "id": room_id},
        would=f"would close room {room_id}",
    )
    return None


def _record(room: Room) -> dict[str, str]:
    return {"id": room.id, "name": room.name, "description": room.description}
