"""Who a saved call is made as: how the file names them, who can be chosen, whom the Call page shows."""

from __future__ import annotations

from collections.abc import Sequence

from goop_console.tabs.calls.model.asking import OWNER, ROLE, caller_text, caller_words, choice_of
from goop_console.tabs.calls.model.request import CallRequest
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import Engine, SavedCall

Named = tuple[str, str]  # as the file says it, and in words


def caller_of(request: CallRequest, choices: Sequence[CallerChoice]) -> str:
    """How the file of ``request`` names its caller: events are raised by the owner, whoever stands in the
    chip.
    """
    return OWNER if request.kind == "event" else caller_text(request.caller, choices)


def named_callers(texts: Sequence[str], choices: Sequence[CallerChoice]) -> list[Named]:
    """Everybody who can be chosen: ``texts`` first, then the people that the Call page knows."""
    found = {text: f"member: {caller_words(text)[0]}" if text.startswith(ROLE) else text for text in texts}
    for one in choices:
        found.setdefault(caller_text(one, choices), one.title)
    return list(found.items())


def role_of(text: str) -> str:
    """The role that a file names; empty where it names none."""
    if text == OWNER:
        return OWNER
    return text.removeprefix(ROLE).strip() if text.startswith(ROLE) else ""


def choice_for(engine: Engine, saved: SavedCall, choices: Sequence[CallerChoice]) -> CallerChoice:
    """Whom the Call page shows for ``saved``: whom a run would take. Not for the Qt thread. Raises
    :class:`CallerError`.
    """
    text = OWNER if saved.kind == "event" else saved.caller
    return choice_of(engine.resolve_saved_caller(text), role_of(text), choices)
