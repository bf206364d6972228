"""Groups and their members: the domain behind ``goop.group``.

There is no network here, so adding a peer counts as an accepted invitation. The owner hosts every group, is a
member by the group's ``host_joined`` mark, always has the role ``owner``, and counts against
``max_members`` (as in Goop2).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lua_engine.base.caller import OWNER, Caller
from lua_engine.base.errors import KnownError
from lua_engine.base.events import EventBus, GroupClosed, GroupsChanged, MessageSent
from lua_engine.base.lazy_part import LazyPart
from lua_engine.community.group_types import GroupTypes
from lua_engine.store.community.records import SERVICE, Actor, GroupRow, Joining
from lua_engine.store.community.template_meta import read_meta
from lua_engine.store.database import Database

if TYPE_CHECKING:
    from lua_engine.store.community.community_rows import CommunityRows

DEFAULT_ROLE = "viewer"
MAX_NAME = 200  # characters
MAX_ROLE = 64
MAX_MEMBERS_LIMIT = 1_000_000


class GroupError(KnownError):
    """A group, a member or a role that does not exist or is not possible; the message names it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group; ``name`` is what people call the peer."""

    peer_id: str
    role: str
    name: str


class Groups:
    """Thread-safe. Events go out after the commit. ``by`` says on whose account a function works."""

    def __init__(
        self, database: Database, bus: EventBus, owner: Callable[[], Caller], names: Callable[[str], str]
    ) -> None:
        self._database = database
        self._bus = bus
        self._owner = owner
        self.name_of = names
        """What people call a peer of that id."""
        self.types = GroupTypes()

    @LazyPart
    def _rows(self) -> CommunityRows:
        from lua_engine.store.community.community_rows import CommunityRows

        return CommunityRows(self._database)

    def create(
        self,
        name: str,
        group_type: str,
        context: str = "",
        max_members: int = 0,
        *,
        default_role: str = DEFAULT_ROLE,
        roles: tuple[str, ...] = (),
        id_prefix: str = "",
        by: Actor = SERVICE,
    ) -> str:
        """Create a group with the owner in it; returns its id. Raises :class:`GroupError`."""
        kind = self.types.get(group_type)
        if kind is None:
            raise GroupError(f"unknown group type: {group_type} (known: {', '.join(self.types.names())})")
        _check_name("group name", name, MAX_NAME)
        _check_role(default_role)
        if not 0 <= max_members <= MAX_MEMBERS_LIMIT:
            raise GroupError(f"max members must be 0 (unlimited) to {MAX_MEMBERS_LIMIT}, got {max_members}")
        group = GroupRow(
            id=id_prefix + secrets.token_hex(8),
            name=name,
            owner=self._owner().id,
            group_type=group_type,
            context=context,
            max_members=max_members,
            volatile=kind.volatile,
            default_role=default_role,
            roles=roles,
        )
        for replaced in self._rows.insert_group(group, by):
            self.publish_closed(replaced.id, replaced.group_type, replaced.name, by)
        self._bus.publish(GroupsChanged(group.id, f"group {name} was made"))
        if kind.on_create:
            self._run_on_create(kind.on_create, group)
        return group.id

    def _run_on_create(self, on_create: Callable[[GroupRow], None], group: GroupRow) -> None:
        try:
            on_create(group)
        except BaseException:
            self.close(group.id)
            raise

    def add(self, group_id: str, peer_id: str, by: Actor = SERVICE) -> None:
        """Make ``peer_id`` a member with the group's default role; a member stays as they are. Raises when
        the group is full.
        """
        _check_name("peer id", peer_id, MAX_NAME)
        what = f"{self.name_of(peer_id)} joined group {self.get(group_id, by).name}"  # nothing fails after it
        outcome = self._rows.add_member(group_id, peer_id, by)
        if outcome is Joining.NO_GROUP:
            raise _no_group(group_id)
        if outcome is Joining.FULL:
            raise GroupError(f"group is full: {group_id}")
        if outcome is Joining.ADDED:
            self._bus.publish(GroupsChanged(group_id, what))

    def remove(self, group_id: str, peer_id: str, by: Actor = SERVICE) -> None:
        """Take a member out. Raises on an unknown group or member, and for the owner."""
        group = self._group_of_member(group_id, peer_id, "removed: close the group instead", by)
        what = f"{self.name_of(peer_id)} left group {group.name}"
        if not self._rows.remove_member(group_id, peer_id, by):
            raise GroupError(f"member not found: {peer_id}")
        self._bus.publish(GroupsChanged(group_id, what))

    def set_role(self, group_id: str, peer_id: str, role: str, by: Actor = SERVICE) -> None:
        """Change a member's role. ``owner`` cannot be given away."""
        _check_role(role)
        group = self._group_of_member(group_id, peer_id, "given another role", by)
        what = f"{self.name_of(peer_id)} is {role} in group {group.name} now"
        if not self._rows.set_role(group_id, peer_id, role, by):
            raise GroupError(f"member not found: {peer_id}")
        self._bus.publish(GroupsChanged(group_id, what))

    def set_default_role(self, group_id: str, role: str, by: Actor = SERVICE) -> None:
        """The role of those who join from now on; members keep theirs. Raises on an unknown group, and for
        ``owner``.
        """
        _check_role(role)
        what = f"who joins group {self.get(group_id, by).name} is {role} from now on"
        if not self._rows.set_default_role(group_id, role, by):
            raise _no_group(group_id)
        self._bus.publish(GroupsChanged(group_id, what))

    def _group_of_member(self, group_id: str, peer_id: str, what: str, by: Actor) -> GroupRow:
        """The group, in which the peer is no more than a member: its owner cannot be ``what``."""
        group = self.get(group_id, by)
        if peer_id == self._owner_of(group):
            raise GroupError(f"the group's owner cannot be {what}")
        return group

    def send(self, group_id: str, payload: object, sender: str, by: Actor = SERVICE) -> None:
        """Broadcast ``payload`` (plain JSON data) to the group; nothing is stored."""
        self.get(group_id, by)
        self._bus.publish(MessageSent(group_id, sender, payload))

    def members(self, group_id: str, by: Actor = SERVICE) -> list[Member]:
        """The owner first, then the others in the order they joined. Raises on an unknown group."""
        return self._members_of(self.get(group_id, by), by)

    def _members_of(self, group: GroupRow, by: Actor) -> list[Member]:
        owner = self._owner_of(group)
        stored = self._rows.members(group.id, by)
        found = (
            [Member(owner, OWNER, self.name_of(owner))]
            if group.host_joined or any(m.peer_id == owner for m in stored)
            else []
        )
        return found + [
            Member(m.peer_id, m.role, self.name_of(m.peer_id)) for m in stored if m.peer_id != owner
        ]

    def member_counts(self, by: Actor = SERVICE) -> Mapping[str, int]:
        """Group id to how many count against its limit, the owner included. Groups without anybody are left
        out.
        """
        return self._rows.member_counts(by)

    def get(self, group_id: str, by: Actor = SERVICE) -> GroupRow:
        """The group; raises :class:`GroupError` when there is none of that id."""
        group = self._rows.group(group_id, by)
        if group is None:
            raise _no_group(group_id)
        return group

    def list(self, by: Actor = SERVICE) -> list[GroupRow]:
        """All hosted groups, oldest first."""
        return self._rows.groups(by)

    def role_of(self, peer_id: str, group_id: str, by: Actor = SERVICE) -> str:
        """``owner``, a member's role, or ``""`` for a stranger and an unknown group."""
        group = self._rows.group(group_id, by)
        if group is None:
            return ""
        if peer_id == self._owner_of(group):
            return OWNER
        return self._rows.role(group_id, peer_id, by) or ""

    def _template_group_id(self, by: Actor) -> str:
        with self._database.plain_read(by.deadline) as raw:
            return read_meta(raw, "template_group_id").get("template_group_id", "")

    def template_role(self, peer_id: str, by: Actor = SERVICE) -> str:
        """The role in the template group: ``owner`` for the site's owner, ``""`` for a stranger."""
        if peer_id == self._owner().id:
            return OWNER
        group_id = self._template_group_id(by)
        return self.role_of(peer_id, group_id, by) if group_id else ""

    def template_members(self, by: Actor = SERVICE) -> tuple[Member, ...]:
        """Members of the installed template's group, the owner first; nobody when it has none."""
        group_id = self._template_group_id(by)
        group = self._rows.group(group_id, by) if group_id else None
        return () if group is None else tuple(self._members_of(group, by))

    def template_group(self, by: Actor = SERVICE) -> str:
        """Id of the installed template's group; raises when there is none."""
        group_id = self._template_group_id(by)
        if not group_id:
            raise GroupError("this site's template has no group")
        return group_id

    def add_to_template(self, peer_id: str, role: str = "", by: Actor = SERVICE) -> None:
        """Make somebody a member of the template's group, with its default role or the given one."""
        group_id = self.template_group(by)
        self.add(group_id, peer_id, by)
        if role:
            self.set_role(group_id, peer_id, role, by)

    def close(self, group_id: str, by: Actor = SERVICE) -> None:
        """Delete the group with everything in it, and tell. Raises on an unknown group."""
        if not self._delete(self.get(group_id, by), by):
            raise _no_group(group_id)

    def close_context(self, context: str, by: Actor = SERVICE) -> tuple[str, ...]:
        """Close every group made for ``context`` (a template that is switched away); answers their ids."""
        meant = [group for group in self._rows.groups(by) if group.context == context]
        return tuple(group.id for group in meant if self._delete(group, by))

    def _delete(self, group: GroupRow, by: Actor) -> bool:
        """``False`` when somebody else was faster, who then has told."""
        deleted = self._rows.delete_group(group.id, by)
        if deleted:
            self.publish_closed(group.id, group.group_type, group.name, by)
        return deleted

    def publish_closed(self, group_id: str, group_type: str, name: str, by: Actor = SERVICE) -> None:
        """Tell everybody of a group that is gone from the database."""
        kind = self.types.get(group_type)
        if kind and kind.on_close:
            kind.on_close(group_id)
        self._bus.publish(GroupClosed(group_id, by.origin, name))

    def _owner_of(self, group: GroupRow) -> str:
        return group.owner or self._owner().id  # groups made by an early Goop2 name no owner


def _no_group(group_id: str) -> GroupError:
    return GroupError(f"group not found: {group_id[:MAX_NAME]}")


def _check_name(what: str, name: str, limit: int) -> None:
    if not name.strip():
        raise GroupError(f"{what} is required")
    if len(name) > limit or not name.isprintable():
        raise GroupError(f"{what} must be printable and at most {limit} characters")


def _check_role(role: str) -> None:
    _check_name("role", role, MAX_ROLE)
    if role == OWNER:
        raise GroupError("the role owner belongs to the group's owner alone")
