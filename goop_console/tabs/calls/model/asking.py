"""Between a request of the call page and a saved call: who is meant, what it is called, how it is shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from goop_console.tabs.calls.model.request import CallOutcome, CallRequest, SourceLine, split_action
from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import Caller, CallResult, DataDiff, SavedCall

OWNER, ROLE = "owner", "role:"
_MAX_NAME = 60
_NOT_A_NAME = re.compile(r"[^\w .()+,-]+")


def caller_text(choice: CallerChoice, choices: Sequence[CallerChoice]) -> str:
    """How a file names ``choice``: ``owner``, ``stranger`` for one of this session's, the role of one who
    exists in dry runs only, else a name that nobody else has, or the id."""
    if choice.role == OWNER:
        return OWNER
    if choice.source == SOURCE:
        return STRANGER
    if choice.is_dry_only:
        return ROLE + choice.role
    alike = [one for one in choices if one.name == choice.name]
    is_clear = len(alike) <= 1 and choice.name not in (OWNER, STRANGER) and not choice.name.startswith(ROLE)
    return choice.name if is_clear else choice.id


def caller_words(text: str) -> tuple[str, str]:
    """Name and role of a caller in a file, as a head of a column says them."""
    if text == OWNER:
        return "Owner", OWNER
    if text == STRANGER:
        return "Stranger", STRANGER
    return (text.removeprefix(ROLE), "role") if text.startswith(ROLE) else (text, "peer")


def choice_of(caller: Caller, role: str, choices: Sequence[CallerChoice]) -> CallerChoice:
    """Who called: as the tester knows them, or as the result says. A stranger that nobody has met is taken
    along as one.
    """
    known = next((one for one in choices if one.id == caller.id), None)
    if known is not None:
        return known
    name = caller.name.removesuffix(
        f" ({role})"
    )  # a member who exists in dry runs only is called by the role
    return CallerChoice(caller.id, name, role or STRANGER, caller.email, "" if role else SOURCE)


def saved_of(request: CallRequest, name: str, caller: str) -> SavedCall:
    """``request`` as a saved call that expects nothing yet."""
    has_no_params = request.kind == "call" and request.payload is None
    argument = {} if has_no_params else request.payload
    return SavedCall(name, request.kind, request.target, argument, caller)


def request_from(saved: SavedCall, choice: CallerChoice, *, is_dry: bool = True) -> CallRequest:
    """A saved call as the call page asks for it."""
    if saved.kind == "chat":
        return CallRequest("chat", choice, text=str(saved.argument or ""), is_dry=is_dry)
    if saved.kind == "event":
        return CallRequest(
            "event", choice, event=saved.target, argument=str(saved.argument or ""), is_dry=is_dry
        )
    action, text = split_action(saved.argument)
    return CallRequest("call", choice, saved.target, action, text, saved.argument, is_dry=is_dry)


def target_words(saved: SavedCall) -> str:
    """What is asked for, on one line."""
    return request_from(saved, CallerChoice("", "", STRANGER)).title


def free_name(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, fit to be a file's name, with a number when somebody has it (letters of either case are the
    same).
    """
    base = _NOT_A_NAME.sub(" ", wanted).strip(" .-+,(")[:_MAX_NAME].strip() or "call"
    used, number, name = {one.casefold() for one in taken}, 2, base
    while name.casefold() in used:
        name, number = f"{base} {number}", number + 1
    return name


def proposed_name(request: CallRequest, taken: Collection[str]) -> str:
    """A name for ``request`` that nobody has: ``todo add``."""
    words = {"chat": request.text, "event": request.event}.get(
        request.kind, f"{request.function} {request.action}"
    )
    return free_name(words, taken)


def outcome_from(
    request: CallRequest,
    result: CallResult,
    diff: DataDiff,
    memory_limit: int,
    excerpt: tuple[SourceLine, ...] = (),
    note: str = "",
) -> CallOutcome:
    """What the call page shows of a call that was made elsewhere."""
    return CallOutcome(request, result, memory_limit, diff=diff, excerpt=excerpt, note=note)


def one_line(value: Any, limit: int = 160) -> str:
    """A text on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
