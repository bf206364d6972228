"""Who can call on a site: what a :class:`CallerRef` resolves to."""

from __future__ import annotations

from typing import Protocol

from lua_engine.base.caller import OWNER, Caller
from lua_engine.base.errors import CallerError
from lua_engine.calls.caller_ref import OWNER_REF, STRANGER_REF, CallerRef
from lua_engine.calls.simulated import new_stranger, simulated_member, simulated_role
from lua_engine.community.groups import GroupError, Groups, Member
from lua_engine.store.community.records import GroupRow


class Peers(Protocol):
    """Who answers to an id or a label."""

    def find(self, text: str) -> Caller: ...

    def complete(self, caller: Caller) -> Caller: ...


class Callers:
    """Thread-safe."""

    def __init__(self, groups: Groups, peers: Peers) -> None:
        self._groups = groups
        self._peers = peers

    def resolve(self, who: CallerRef | Caller) -> Caller:
        """The caller that ``who`` names now. Raises :class:`CallerError`."""
        return who if isinstance(who, Caller) else who.resolve(self)

    def refs(self) -> tuple[CallerRef, ...]:
        """The owner, each role of the template's group (of a member first, if any), a stranger."""
        return (OWNER_REF, *map(CallerRef.of_role, self._roles()), STRANGER_REF)

    def role_of(self, caller: Caller) -> str:
        """What a dry run's script sees: ``owner``, a role, or an empty text for a stranger."""
        return simulated_role(caller) or self._groups.template_role(caller.id)

    def ref_of(self, caller: Caller) -> CallerRef:
        """How a file names ``caller``: somebody who was invented for now by the role, or as a stranger."""
        if caller.id == self.owner().id:
            return OWNER_REF
        role = simulated_role(caller)
        if role:
            return CallerRef.of_role(role)
        try:
            return CallerRef(self._peers.find(caller.id).id)
        except CallerError:
            return STRANGER_REF

    # What a CallerRef resolves to

    def owner(self) -> Caller:
        return self._peers.find(OWNER)

    def stranger(self) -> Caller:
        return new_stranger()

    def peer(self, text: str) -> Caller:
        return self._peers.find(text)

    def member(self, role: str) -> Caller:
        try:
            group, members = self._template_group()
        except GroupError as error:
            raise CallerError(f"nobody can have the role {role}: {error}") from None
        known = _roles(group, members)
        if group.roles and role not in known:  # a group that names no roles takes any
            raise CallerError(f"nobody can have the role {role}: the template's group has {', '.join(known)}")
        member = next((one for one in members if one.role == role), None)
        return simulated_member(role) if member is None else self._peers.complete(Caller(member.peer_id))

    def _template_group(self) -> tuple[GroupRow, tuple[Member, ...]]:
        return self._groups.get(self._groups.template_group()), self._groups.template_members()

    def _roles(self) -> tuple[str, ...]:
        try:
            return _roles(*self._template_group())
        except GroupError:
            return ()


def _roles(group: GroupRow, members: tuple[Member, ...]) -> tuple[str, ...]:
    """Those that a member can have: named by the group, or held by somebody."""
    named = (*group.roles, group.default_role, *(member.role for member in members))
    return tuple(dict.fromkeys(role for role in named if role and role != OWNER))
