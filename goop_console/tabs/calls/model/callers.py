"""Callers as the chip has them, and as files and heads of columns name them."""

from __future__ import annotations

from collections.abc import Sequence

from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import OWNER_REF, STRANGER_REF, Caller, CallerRef


def ref_of(choice: CallerChoice, choices: Sequence[CallerChoice]) -> CallerRef:
    """How a file names ``choice``: the owner, a stranger for one of this session's, the role of one who
    exists in dry runs only, else a name that nobody else has, or the id.
    """
    if choice.role == OWNER_REF:
        return OWNER_REF
    if choice.source == SOURCE:
        return STRANGER_REF
    if choice.is_dry_only:
        return CallerRef.of_role(choice.role)
    alike = [one for one in choices if one.name == choice.name]
    named = CallerRef(choice.name)
    return named if len(alike) <= 1 and named.kind == "peer" else CallerRef(choice.id)


def caller_words(ref: CallerRef) -> tuple[str, str]:
    """Name and role of a caller in a file, as a head of a column says them."""
    if ref.kind in ("owner", "stranger"):
        return ref.kind.capitalize(), ref.kind
    return (ref.role, "role") if ref.kind == "role" else (str(ref), "peer")


def choice_of(caller: Caller, role: str, choices: Sequence[CallerChoice]) -> CallerChoice:
    """Who called: as the tester knows them, or as the result says. A stranger that nobody has met is taken
    along as one.
    """
    known = next((one for one in choices if one.id == caller.id), None)
    if known is not None:
        return known
    # A member who exists in dry runs only is called by the role.
    name = caller.name.removesuffix(f" ({role})")
    return CallerChoice(caller.id, name, role or STRANGER, caller.email, "" if role else SOURCE)


def caller_of(choice: CallerChoice) -> Caller:
    """``choice`` as the engine takes it."""
    return Caller(choice.id, choice.name, choice.email)
