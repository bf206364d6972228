"""``Goop.group``: the site's groups, as a visitor's page sees them."""

from __future__ import annotations

from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.community.groups import GroupError
from lua_engine.pages.body import Body
from lua_engine.pages.errors import failed, refused
from lua_engine.pages.parts import PageParts
from lua_engine.store.community.records import Actor, GroupRow

PAGE = Actor("page")
HOSTS_ONLY = (
    "Goop2 does this in the visitor's own program, for groups that the visitor hosts: not on this site"
)


class PageGroups:
    """Every method answers JSON data and raises :class:`PageError`."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def hosted(self, caller: Caller) -> list[dict[str, Any]]:
        """The groups that the caller hosts: the site's for the owner, none for a visitor."""
        if caller.id != self._parts.folder.peer_id:
            return []
        return [self._described(group) for group in self._parts.groups.list(PAGE)]

    def subscriptions(self, caller: Caller) -> dict[str, Any]:
        """``{subscriptions, active_groups}``: the groups of this site that the caller has joined."""
        host = self._parts.folder.peer_id
        if caller.id == host:
            return {"subscriptions": [], "active_groups": []}
        groups, host_name = self._parts.groups, self._parts.groups.name_of(host)
        counts = groups.member_counts(PAGE)
        found = [(group, groups.role_of(caller.id, group.id, PAGE)) for group in groups.list(PAGE)]
        joined = [
            {
                "host_peer_id": host,
                "host_name": host_name,
                "host_reachable": True,
                "group_id": group.id,
                "group_name": group.name,
                "group_type": group.group_type,
                "app_type": group.group_type,
                "group_context": group.context,
                "max_members": group.max_members,
                "volatile": group.volatile,
                "role": role,
                "member_count": counts.get(group.id, 0),
            }
            for group, role in found
            if role
        ]
        return {"subscriptions": joined, "active_groups": [{"group_id": one["group_id"]} for one in joined]}

    def create(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{name, group_type or app_type, max_members}``: a new group of the owner's."""
        self._require_host(caller, "create")
        kind = body.text("group_type") or body.text("app_type") or "template"
        try:
            group_id = self._parts.groups.create(
                body.required("name", "Missing name"),
                kind,
                body.text("group_context"),
                body.number("max_members"),
                by=PAGE,
            )
        except GroupError as error:
            raise failed(f"Failed to create group: {error}") from error
        return {"status": "created", "id": group_id}

    def close(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id}``: end a group of the owner's."""
        self._require_host(caller, "close")
        self._do("close group", lambda: self._parts.groups.close(_group(body), PAGE))
        return {"status": "closed"}

    def join(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{host_peer_id, group_id}``: become a member, with the group's default role."""
        host = body.required("host_peer_id", "Missing host_peer_id or group_id")
        group_id = body.required("group_id", "Missing host_peer_id or group_id")
        if host != self._parts.folder.peer_id:
            raise failed("Failed to join group: that host is not there")
        self._do("join group", lambda: self._parts.groups.add(group_id, caller.id, PAGE))
        return {"status": "joined"}

    def leave(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id}``: be a member no longer."""
        self._do("leave group", lambda: self._parts.groups.remove(_group(body), caller.id, PAGE))
        return {"status": "left"}

    def send(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{group_id, payload}``: to everybody in the group; members only."""
        group_id = _group(body)
        if not self._parts.groups.role_of(caller.id, group_id, PAGE):
            raise refused(f"Failed to send: not a member of group {group_id[:64]}")
        self._do("send", lambda: self._parts.groups.send(group_id, body.any("payload"), caller.id, PAGE))
        return {"status": "sent"}

    def _described(self, group: GroupRow) -> dict[str, Any]:
        members = [
            {"peer_id": one.peer_id, "role": one.role, "name": one.name}
            for one in self._parts.groups.members(group.id, PAGE)
        ]
        return {
            "id": group.id,
            "name": group.name,
            "group_type": group.group_type,
            "app_type": group.group_type,
            "group_context": group.context,
            "max_members": group.max_members,
            "volatile": group.volatile,
            "host_joined": group.host_joined,
            "host_in_group": group.host_joined,
            "default_role": group.default_role,
            "created_at": group.created_at,
            "member_count": len(members),
            "members": members,
        }

    def _require_host(self, caller: Caller, what: str) -> None:
        if caller.id != self._parts.folder.peer_id:
            raise refused(f"only the site's owner can {what} groups here", HOSTS_ONLY)

    def _do(self, what: str, action: Any) -> None:
        try:
            action()
        except GroupError as error:
            raise failed(f"Failed to {what}: {error}") from error


def _group(body: Body) -> str:
    return body.required("group_id", "Missing group_id")
