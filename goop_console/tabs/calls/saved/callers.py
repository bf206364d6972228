"""Who a saved call is made as: how the file names them, who can be chosen, whom the Call page shows."""

from __future__ import annotations

from collections.abc import Sequence

from goop_console.tabs.calls.model.callers import caller_words, choice_of, ref_of
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import OWNER_REF, CallerRef, Engine, SavedCall

Named = tuple[CallerRef, str]  # as the file says it, and in words


def caller_ref(call: PreparedCall, choices: Sequence[CallerChoice]) -> CallerRef:
    """How the file of ``call`` names its caller: events are raised by the owner, whoever stands in the
    chip.
    """
    return OWNER_REF if call.kind == "event" else ref_of(call.caller, choices)


def named_callers(refs: Sequence[CallerRef], choices: Sequence[CallerChoice]) -> list[Named]:
    """Everybody who can be chosen: ``refs`` first, then the people that the Call page knows."""
    found = {ref: f"member: {caller_words(ref)[0]}" if ref.kind == "role" else str(ref) for ref in refs}
    for one in choices:
        found.setdefault(ref_of(one, choices), one.title)
    return list(found.items())


def role_of(ref: CallerRef) -> str:
    """The role that a file names; empty where it names none."""
    return str(OWNER_REF) if ref.kind == "owner" else ref.role


def choice_for(engine: Engine, saved: SavedCall, choices: Sequence[CallerChoice]) -> CallerChoice:
    """Whom the Call page shows for ``saved``: whom a run would take. Not for the Qt thread. Raises
    :class:`CallerError`.
    """
    ref = OWNER_REF if saved.request.kind == "event" else CallerRef(saved.caller)
    return choice_of(engine.calls.callers.resolve(ref), role_of(ref), choices)
