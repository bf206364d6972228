"""The rows of groups, members and chat rooms in Goop2's own tables, as typed functions.

Each function is one transaction. A chat room's messages are rows of ``_chat_messages`` whose ``peer_id`` is
the group's id (a group id is hex and never a peer id, so they do not mix with Goop2's direct messages).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lua_engine.base.strict_json import parse_json
from lua_engine.store.community.records import SERVICE, Actor, GroupRow, Joining, MemberRow, MessageRow
from lua_engine.store.community.template_meta import read_meta
from lua_engine.store.database import Database
from lua_engine.store.system_tables import CHAT_MESSAGES, GROUP_MEMBERS, GROUPS, META

# Goop2's tables have no column for a chat room's description and adding one is not ours to do; _meta keeps
# keys it does not know.
_DESCRIPTION = "chat_room_description:"


class CommunityRows:
    """Thread-safe. ``by`` says on whose account a function works."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def group(self, group_id: str, by: Actor = SERVICE) -> GroupRow | None:
        with self._database.system_read(by.deadline) as connection:
            row = connection.execute(select(GROUPS).where(GROUPS.c.id == group_id)).first()
        return _to_group(row) if row else None

    def groups(self, by: Actor = SERVICE) -> list[GroupRow]:
        """All groups, oldest first."""
        with self._database.system_read(by.deadline) as connection:
            rows = connection.execute(
                select(GROUPS).order_by(GROUPS.c.created_at, literal_column("_groups.rowid"))
            ).all()
        return [_to_group(row) for row in rows]

    def insert_group(self, group: GroupRow, by: Actor = SERVICE) -> list[GroupRow]:
        """Store a group. A volatile one takes the place of the groups of its type, which are deleted and
        answered.
        """
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            replaced = _groups_of_type(connection, group.group_type) if group.volatile else []
            for other in replaced:
                _delete_group(connection, other.id)
            connection.execute(insert(GROUPS).values(_group_values(group)))
        return replaced

    def delete_group(self, group_id: str, by: Actor = SERVICE) -> bool:
        """Delete the group with its members, messages and description;
        ``False`` when there is no such group.
        """
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            return _delete_group(connection, group_id)

    def members(self, group_id: str, by: Actor = SERVICE) -> list[MemberRow]:
        """In the order they joined."""
        with self._database.system_read(by.deadline) as connection:
            return [
                MemberRow(row.peer_id, row.role or "") for row in connection.execute(_members_of(group_id))
            ]

    def member_counts(self, by: Actor = SERVICE) -> Mapping[str, int]:
        """Group id to how many are in it, its owner included, of the groups that have anybody."""
        others = GROUP_MEMBERS.c.peer_id != func.coalesce(GROUPS.c.owner, "")
        count = select(func.count()).where(GROUP_MEMBERS.c.group_id == GROUPS.c.id, others).scalar_subquery()
        hosted = func.coalesce(GROUPS.c.host_joined, 0) != 0
        with self._database.system_read(by.deadline) as connection:
            rows = connection.execute(select(GROUPS.c.id, count, hosted)).all()
        return {row[0]: row[1] + int(row[2]) for row in rows if row[1] or row[2]}

    def role(self, group_id: str, peer_id: str, by: Actor = SERVICE) -> str | None:
        """The role of a member, ``None`` for anyone else."""
        query = select(GROUP_MEMBERS.c.role).where(_is_member(group_id, peer_id))
        with self._database.system_read(by.deadline) as connection:
            row = connection.execute(query).first()
        return None if row is None else row.role or ""

    def add_member(self, group_id: str, peer_id: str, by: Actor = SERVICE) -> Joining:
        """Add ``peer_id`` with the group's default role,
        unless the group is full (its owner counts, as in Goop2).
        """
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            row = connection.execute(select(GROUPS).where(GROUPS.c.id == group_id)).first()
            if row is None:
                return Joining.NO_GROUP
            group = _to_group(row)
            others = {member.peer_id for member in connection.execute(_members_of(group_id))} - {group.owner}
            if peer_id in others or (peer_id == group.owner and group.host_joined):
                return Joining.ALREADY_MEMBER
            if peer_id == group.owner:
                connection.execute(update(GROUPS).where(GROUPS.c.id == group_id).values(host_joined=1))
                return Joining.ADDED
            if 0 < group.max_members <= len(others) + group.host_joined:
                return Joining.FULL
            connection.execute(
                insert(GROUP_MEMBERS).values(group_id=group_id, peer_id=peer_id, role=group.default_role)
            )
            return Joining.ADDED

    def remove_member(self, group_id: str, peer_id: str, by: Actor = SERVICE) -> bool:
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            return connection.execute(delete(GROUP_MEMBERS).where(_is_member(group_id, peer_id))).rowcount > 0

    def set_role(self, group_id: str, peer_id: str, role: str, by: Actor = SERVICE) -> bool:
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            changed = connection.execute(
                update(GROUP_MEMBERS).where(_is_member(group_id, peer_id)).values(role=role)
            )
            return changed.rowcount > 0

    def set_default_role(self, group_id: str, role: str, by: Actor = SERVICE) -> bool:
        """``False`` when there is no such group."""
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            changed = connection.execute(
                update(GROUPS).where(GROUPS.c.id == group_id).values(default_role=role)
            )
            return changed.rowcount > 0

    def add_message(
        self, group_id: str, sender: str, text: str, time: int, keep: int, by: Actor = SERVICE
    ) -> int:
        """Store a message of a room and forget all but its newest ``keep``; answers its id."""
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            values = {"peer_id": group_id, "from_id": sender, "content": text, "ts": time}
            message_id = connection.execute(
                insert(CHAT_MESSAGES).values(values).returning(CHAT_MESSAGES.c.id)
            ).scalar_one()
            in_room = CHAT_MESSAGES.c.peer_id == group_id
            newest = select(CHAT_MESSAGES.c.id).where(in_room).order_by(CHAT_MESSAGES.c.id.desc()).limit(keep)
            connection.execute(delete(CHAT_MESSAGES).where(in_room, CHAT_MESSAGES.c.id.not_in(newest)))
        return int(message_id)

    def messages(self, group_id: str, limit: int, by: Actor = SERVICE) -> list[MessageRow]:
        """The newest ``limit`` messages of a room, oldest first."""
        query = select(CHAT_MESSAGES).where(CHAT_MESSAGES.c.peer_id == group_id)
        with self._database.system_read(by.deadline) as connection:
            rows = connection.execute(query.order_by(CHAT_MESSAGES.c.id.desc()).limit(limit)).all()
        return [MessageRow(row.id, row.from_id, row.content, row.ts) for row in reversed(rows)]

    def meta(self, *keys: str, by: Actor = SERVICE) -> Mapping[str, str]:
        """The values of those ``keys`` of ``_meta`` that have one."""
        with self._database.plain_read(by.deadline) as raw:
            return read_meta(raw, *keys)

    def descriptions(self, by: Actor = SERVICE) -> Mapping[str, str]:
        """Group id to description, of the groups that have one."""
        query = select(META).where(META.c.key.startswith(_DESCRIPTION, autoescape=True))
        with self._database.system_read(by.deadline) as connection:
            rows = connection.execute(query).all()
        return {row.key.removeprefix(_DESCRIPTION): row.value or "" for row in rows}

    def set_description(self, group_id: str, text: str, by: Actor = SERVICE) -> None:
        statement = sqlite_insert(META).values(key=_description_key(group_id), value=text)
        with self._database.system_write(by.deadline, origin=by.origin) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": text}))


def _groups_of_type(connection: Connection, group_type: str) -> list[GroupRow]:
    return [
        _to_group(row) for row in connection.execute(select(GROUPS).where(GROUPS.c.group_type == group_type))
    ]


def _delete_group(connection: Connection, group_id: str) -> bool:
    found = connection.execute(delete(GROUPS).where(GROUPS.c.id == group_id)).rowcount > 0
    if found:
        connection.execute(delete(GROUP_MEMBERS).where(GROUP_MEMBERS.c.group_id == group_id))
        connection.execute(delete(CHAT_MESSAGES).where(CHAT_MESSAGES.c.peer_id == group_id))
        connection.execute(delete(META).where(META.c.key == _description_key(group_id)))
    return found


def _group_values(group: GroupRow) -> dict[str, object]:
    return {
        "id": group.id,
        "name": group.name,
        "owner": group.owner,
        "group_type": group.group_type,
        "group_context": group.context,
        "max_members": group.max_members,
        "host_joined": int(group.host_joined),
        "volatile": int(group.volatile),
        "default_role": group.default_role,
        "roles": json.dumps(list(group.roles), ensure_ascii=False),
    }


def _description_key(group_id: str) -> str:
    return _DESCRIPTION + group_id


def _members_of(group_id: str) -> Any:
    return (
        select(GROUP_MEMBERS)
        .where(GROUP_MEMBERS.c.group_id == group_id)
        .order_by(literal_column("_group_members.rowid"))
    )


def _is_member(group_id: str, peer_id: str) -> Any:
    return (GROUP_MEMBERS.c.group_id == group_id) & (GROUP_MEMBERS.c.peer_id == peer_id)


def _to_group(row: Row[Any]) -> GroupRow:
    return GroupRow(
        id=row.id,
        name=row.name,
        owner=row.owner or "",
        group_type=row.group_type or "",
        context=row.group_context or "",
        max_members=row.max_members or 0,
        host_joined=bool(row.host_joined),
        volatile=bool(row.volatile),
        default_role=row.default_role or "viewer",
        roles=_role_names(row.roles),
        created_at=str(row.created_at or ""),
    )


def _role_names(text: str | None) -> tuple[str, ...]:
    """The ``roles`` column is JSON that Goop2 wrote; anything but a list of strings counts as none."""
    try:
        names = parse_json(text or "[]")
    except ValueError:
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
