"""``goop.group``: membership, roles and the groups that this site hosts.

Scripts are the policy: any caller's script may manage groups, on behalf of the host, as in Goop2.
"""

from __future__ import annotations

import json
from typing import Any

from lua_engine.api.acting import actor, member_records, raised, whole
from lua_engine.api.binding import Host, Param, describe_field, host_function
from lua_engine.api.template import read_manifest
from lua_engine.base.errors import KnownError, ScriptError
from lua_engine.community.groups import DEFAULT_ROLE, GroupError

MAX_SHOWN = 200  # characters of a payload in an effect's line

_GROUP = Param("group_id", "string", doc="as goop.group.create returned it")
_PEER = Param("peer_id", "string")
_UNKNOWN = "raises `group not found: ID`"
_NO_MEMBER = "raises `member not found: PEER`"


@host_function(
    "goop.group.is_member",
    returns="boolean",
    doc="Whether the caller is the owner or a member of the template group.",
    example="if not goop.group.is_member() then return { error = 'members only' } end",
)
def is_member(host: Host) -> bool:
    return _template_role(host) != ""


@host_function(
    "group.member_id",
    shown="goop.group.member.id",
    returns="string",
    doc="The caller's peer id.",
    internal=True,
)
def member_id(host: Host) -> str:
    return host.run.caller.id


@host_function(
    "group.member_role",
    shown="goop.group.member.role",
    returns="string",
    doc='The caller\'s role: "owner", a role in the template group, or "" for a stranger.',
    example='if goop.group.member.role() == "coauthor" then goop.log.info("hello, coauthor") end',
)
def member_role(host: Host) -> str:
    return _template_role(host)


def _template_role(host: Host) -> str:
    host.run.checked_role = True
    with raised():
        return host.services.groups.template_role(host.run.caller.id, actor(host))


@host_function(
    "goop.group.owner",
    returns="string",
    doc="The peer id of the group owner: the site's owner.",
    example="local owner_id = goop.group.owner()",
)
def owner(host: Host) -> str:
    return host.run.owner.id


@host_function(
    "goop.group.grouptypes",
    returns="string[]",
    doc="The registered group types.",
    example="local types = goop.group.grouptypes()",
)
def grouptypes(host: Host) -> list[str]:
    return host.services.groups.types.names()


@host_function(
    "goop.group.create",
    Param("name", "string"),
    Param("type", "string", doc="one of goop.group.grouptypes()"),
    Param(
        "context",
        "string",
        optional=True,
        doc="what it belongs to; goop.template.name ties it to the template",
    ),
    Param("max_members", "number", optional=True, doc="members, the owner included; 0 means unlimited"),
    returns="string",
    doc="Create a group with the owner in it; returns its id. "
    "A new group of type cluster replaces the previous one.",
    errors=("raises `unknown group type: TYPE`",),
    example='local gid = goop.group.create("Room A", "template", goop.template.name, 10)',
)
def create(
    host: Host, name: str, group_type: str, context: str | None = None, max_members: float | None = None
) -> str:
    limit = whole(max_members, "goop.group.create: max_members")
    with raised():
        role = _default_role(host, group_type, context or "")
        group_id = host.services.groups.create(
            name, group_type, context or "", limit, default_role=role, by=actor(host)
        )
    detail = {"action": "create", "id": group_id, "name": name, "type": group_type}
    host.run.effect(
        "group",
        f"created group {name} ({group_type})",
        detail,
        would=f"would create group {name} ({group_type})",
    )
    return group_id


def _default_role(host: Host, group_type: str, context: str) -> str:
    """A template's own groups give the manifest's ``default_role``."""
    if group_type != "template":
        return DEFAULT_ROLE
    manifest = read_manifest(host)
    role = manifest.get("default_role")
    return role if manifest.get("name") == context and isinstance(role, str) and role else DEFAULT_ROLE


@host_function(
    "goop.group.add",
    _GROUP,
    _PEER,
    returns="boolean",
    doc="Add a peer with the group's default role; a member stays as they are. There is no network here: "
    "the invitation counts as accepted.",
    errors=(_UNKNOWN, "raises `group is full: ID`"),
    example="goop.group.add(gid, peer_id)",
)
def add(host: Host, group_id: str, peer_id: str) -> bool:
    with raised():
        host.services.groups.add(group_id, peer_id, actor(host))
        _note_member(host, "add", group_id, peer_id, ("added {} to {}", "would add {} to {}"))
    return True


@host_function(
    "goop.group.remove",
    _GROUP,
    _PEER,
    returns="boolean",
    doc="Remove a member from a group.",
    errors=(_UNKNOWN, _NO_MEMBER),
    example="goop.group.remove(gid, peer_id)",
)
def remove(host: Host, group_id: str, peer_id: str) -> bool:
    with raised():
        host.services.groups.remove(group_id, peer_id, actor(host))
        _note_member(host, "remove", group_id, peer_id, ("removed {} from {}", "would remove {} from {}"))
    return True


@host_function(
    "goop.group.set_role",
    _GROUP,
    _PEER,
    Param("role", "string", doc="any name except owner"),
    returns="boolean",
    doc="Change a member's role.",
    errors=(_UNKNOWN, _NO_MEMBER, "raises for the owner, whose role stays owner"),
    example='goop.group.set_role(gid, peer_id, "coauthor")',
)
def set_role(host: Host, group_id: str, peer_id: str, role: str) -> bool:
    with raised():
        host.services.groups.set_role(group_id, peer_id, role, actor(host))
        words = (f"made {{}} {role} in {{}}", f"would make {{}} {role} in {{}}")
        _note_member(host, "set_role", group_id, peer_id, words, role=role)
    return True


@host_function(
    "goop.group.send",
    _GROUP,
    Param("payload", "value", doc="a table, a string, a number or a boolean"),
    returns="boolean",
    doc="Broadcast to the members of a group. Nothing is stored.",
    errors=(_UNKNOWN,),
    example='goop.group.send(gid, { type = "chat", text = "hi" })',
)
def send(host: Host, group_id: str, payload: Any) -> bool:
    with raised():
        host.services.groups.send(group_id, payload, host.run.caller.id, actor(host))
        shown = json.dumps(payload, ensure_ascii=False, default=repr)[:MAX_SHOWN]
        text, detail = f"to {_group_name(host, group_id)}: {shown}", {"group": group_id, "payload": payload}
        host.run.effect("message", f"sent {text}", detail, would=f"would send {text}")
    return True


@host_function(
    "goop.group.members",
    _GROUP,
    returns="{peer_id: string, role: string, name: string}[]",
    doc="The members of a group, the owner first; empty for a group that does not exist.",
    example="for _, m in ipairs(goop.group.members(gid)) do goop.log.info(m.name .. ': ' .. m.role) end",
)
def members(host: Host, group_id: str) -> list[dict[str, str]]:
    try:
        found = host.services.groups.members(group_id, actor(host))
    except GroupError:
        return []
    except KnownError as error:
        raise ScriptError(str(error)) from None
    return member_records(host, found)


@host_function(
    "goop.group.list",
    returns="{id: string, name: string, group_type: string}[]",
    doc="The groups that this site hosts, oldest first.",
    example="local groups = goop.group.list()",
)
def list_groups(host: Host) -> list[dict[str, str]]:
    with raised():
        groups = host.services.groups.list(actor(host))
    return [{"id": group.id, "name": group.name, "group_type": group.group_type} for group in groups]


@host_function(
    "goop.group.close",
    _GROUP,
    returns="boolean",
    doc="Close a group: its rows are deleted, and on_group_close runs in every data function that has it.",
    errors=(_UNKNOWN,),
    example="goop.group.close(gid)",
)
def close(host: Host, group_id: str) -> bool:
    with raised():
        name = _group_name(host, group_id)
        host.services.groups.close(group_id, actor(host))
    host.run.effect(
        "group", f"closed {name}", {"action": "close", "id": group_id}, would=f"would close {name}"
    )
    return True


def _note_member(
    host: Host, action: str, group_id: str, peer_id: str, words: tuple[str, str], **more: str
) -> None:
    names = host.services.groups.name_of(peer_id), _group_name(host, group_id)
    detail = {"action": action, "id": group_id, "peer": peer_id, **more}
    host.run.effect("group", words[0].format(*names), detail, would=words[1].format(*names))


def _group_name(host: Host, group_id: str) -> str:
    """What people call the group. Raises for one that is not there."""
    return f"group {host.services.groups.get(group_id, actor(host)).name}"


describe_field(
    "goop.group.member.id",
    "string",
    "The caller's peer id, whatever the script did to goop.peer.",
    "local my_id = goop.group.member.id",
)
