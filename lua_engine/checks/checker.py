"""Runs saved calls and checks: every call on its own copy of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from lua_engine.base.caller import Caller
from lua_engine.base.errors import CallerError, KnownError
from lua_engine.base.results import outcome_of, reason_of
from lua_engine.checks.judge import failures
from lua_engine.checks.model import AccessCheck, AccessResult, Cell, CheckResult, SavedCall
from lua_engine.community.groups import OWNER, GroupError, Groups
from lua_engine.rehearsal.callers import ROLE, STRANGER, invented_member, invented_role, new_stranger
from lua_engine.rehearsal.rehearsal import Asked, Rehearsal


class Names(Protocol):
    """Who answers to a name."""

    def find(self, text: str) -> Caller: ...

    def complete(self, caller: Caller) -> Caller: ...


class Checker:
    """Thread-safe."""

    def __init__(self, rehearse: Callable[[Asked], Rehearsal], groups: Groups, names: Names) -> None:
        self._rehearse = rehearse
        self._groups = groups
        self._names = names

    def resolve(self, text: str) -> Caller:
        """The caller of a saved call. Raises :class:`CallerError`.

        ``role:NAME`` is the member with that role who joined first, or one who exists in rehearsals only;
        ``stranger`` is somebody new each time.
        """
        if text == STRANGER:
            return new_stranger()
        if not text.startswith(ROLE):
            return self._names.find(text)
        role = text.removeprefix(ROLE).strip()
        if not role:
            raise CallerError("a role's name belongs behind role:, like role:coauthor")
        if role == OWNER:
            return self._names.find(OWNER)
        try:
            group = self._groups.get(self._groups.template_group())
        except GroupError as error:
            raise CallerError(f"nobody can have the role {role}: {error}") from None
        known = [one.removeprefix(ROLE) for one in self.callers() if one.startswith(ROLE)]
        if group.roles and role not in known:  # a group that names no roles takes any
            raise CallerError(f"nobody can have the role {role}: the template's group has {', '.join(known)}")
        member = next((one for one in self._groups.template_members() if one.role == role), None)
        return invented_member(role) if member is None else self._names.complete(Caller(member.peer_id))

    def callers(self) -> tuple[str, ...]:
        """The owner, each role of the template's group (of a member first, if any), a stranger."""
        try:
            group = self._groups.get(self._groups.template_group())
        except GroupError:
            return OWNER, STRANGER
        held = (member.role for member in self._groups.template_members())
        roles = dict.fromkeys(
            role for role in (*group.roles, group.default_role, *held) if role and role != OWNER
        )
        return (OWNER, *(ROLE + role for role in roles), STRANGER)

    def role_of(self, caller: Caller) -> str:
        """What a rehearsal's script sees."""
        return invented_role(caller) or self._groups.template_role(caller.id)

    def matrix(
        self,
        calls: Sequence[SavedCall],
        callers: Iterable[str],
        on_cell: Callable[[Cell], None],
        is_cancelled: Callable[[], bool],
    ) -> tuple[Cell, ...]:
        """Every call as every caller, row by row, up to where it is cancelled. Raises :class:`CallerError`
        before anything runs.
        """
        resolved = [(text, self.resolve(text)) for text in callers]
        cells: list[Cell] = []
        for call in calls:
            for text, caller in resolved:
                if is_cancelled():
                    return tuple(cells)
                cells.append(self._cell(call, text, caller))
                on_cell(cells[-1])
        return tuple(cells)

    def run_check(self, saved: SavedCall, call_id: str) -> CheckResult:
        """Make a saved call and compare."""
        try:
            came = self._rehearse(_asked(saved, self.resolve(saved.caller), call_id))
        except KnownError as error:
            return CheckResult(saved, False, (f"it could not be made: {error}",), None)
        found = failures(saved.expect, came)
        return CheckResult(saved, not found, found, came)

    def run_access_check(
        self,
        check: AccessCheck,
        on_cell: Callable[[Cell], None] = lambda _cell: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> AccessResult:
        """Make every call as every caller that something is expected of."""
        judged = {call for call, _caller in check.expected}
        idle = [call.name for call in check.calls if call.name not in judged]
        if idle or not check.calls:
            return AccessResult(
                check,
                (),
                problem=f"nothing is expected of {', '.join(idle) or 'anything'}: say under expected who may",
            )
        try:
            made = self.matrix(check.calls, check.callers, on_cell, is_cancelled)
        except KnownError as error:
            return AccessResult(check, (), problem=f"it could not be made: {error}")
        expected = check.expected
        allowed: list[Cell] = []
        refused: list[Cell] = []
        changed: list[Cell] = []
        for cell in made:
            wanted = expected.get((cell.call, cell.caller), cell.outcome)
            if wanted == cell.outcome and not (wanted == "refused" and cell.overwrote):
                continue
            if wanted != "ok" and cell.outcome == "ok":
                allowed.append(cell)
            elif wanted == "ok" and cell.outcome != "ok":
                refused.append(cell)
            else:
                changed.append(cell)
        problem = "it was cancelled" if len(made) < len(check.calls) * len(check.callers) else ""
        return AccessResult(check, made, tuple(allowed), tuple(refused), tuple(changed), problem)

    def _cell(self, call: SavedCall, text: str, caller: Caller) -> Cell:
        role = self.role_of(caller)
        came = self._rehearse(_asked(call, caller))
        return Cell(call.name, text, role, outcome_of(came.result), reason_of(came.result), came)


def _asked(saved: SavedCall, caller: Caller, call_id: str = "") -> Asked:
    return Asked(saved.kind, saved.target, saved.argument, caller, call_id)
