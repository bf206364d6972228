"""How a call came out, in one of four words: the tester, the history, the matrix and the checks all ask here.

=========  =====================================================================================
ok         it answered
refused    somebody said no because of who asked: the guard of ``goop.owner``, a role, an access
           rule, the rate limit, Lua switched off
invalid    the script said no for another reason: the input is wrong, or does not fit the data
error      something broke: a fault in Lua or SQL, ``assert``, misuse of a function, the limits of
           time and memory, a script that does not exist
=========  =====================================================================================

A script says no by ``error(...)``, or by an answer that is a table with ``ok = false`` or
``success = false``, or with something under ``error`` (a text, a number, true, a table with a ``message``).
Why it does is seen in its words, and in the condition under which the script says them
(``scripts/refusals.py``; where the words are not in its text, in whether it looked at the caller's role)::

    {error = "only co-authors can do this"}     refused: it says who may
    {error = "id required"}                     invalid: it says what is wrong with the input
    {error = 403}, {error = 401}                refused: that is what they mean in HTTP
    {error = "nein"}                            refused under ``if row._owner ~= goop.peer.id``
"""

from __future__ import annotations

import re
from typing import Literal

from lua_engine.base.errors import ErrorKind
from lua_engine.calls.result import CallResult

Outcome = Literal["ok", "refused", "invalid", "error"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "refused", "invalid", "error")
OUTCOME_WORDS = {"ok": "ok", "refused": "refused", "invalid": "invalid input", "error": "error"}

_REFUSALS = frozenset({ErrorKind.RATE_LIMIT, ErrorKind.DISABLED})

_WHO = (
    r"(owners?|co-?authors?|authors?|members?|editors?|moderators?|admins?|administrators?|hosts?|players?"
    r"|viewers?|creators?|participants?|friends?|subscribers?|staff|whoever|people who|those who)"
)
_ACCESS = re.compile(
    rf"\bonly (the |a |an |its |your |site )*{_WHO}\b|\b{_WHO} only\b|\b(is|are) for (the )?{_WHO}\b"
    r"|\b(viewers?|guests?|visitors?|strangers?|roles? \w+) (cannot|can't|can not|may not|must not)\b"
    r"|\b(log-?in|sign-?in|membership) (is )?(required|needed)\b|^error 40[13]\Z"
    rf"|\b(not|never) (a |an |the |one of the )?{_WHO}\b|\bmust be (a |an |the )?(site )?{_WHO}\b"
    r"|\b(not|no longer|isn't|aren't|never) (allowed|permitted|authori[sz]ed|yours?|for you)\b"
    r"|\b(you|who|that user|caller) (may|can|must) not\b|\byou (cannot|can't|may not|do not|don't)\b"
    r"|\b(forbidden|unauthori[sz]ed|permissions?|privileges?|access denied|no access|denied|banned|blocked)\b"
    r"|\b(not|must be|be|please) (logged|signed) in\b|\b(log|sign) in (first|to)\b|\byour (own )?profile\b"
    r"|\bonly (change|edit|delete|see|read|remove) (your|their) own\b|\bbelongs? to (somebody|someone) else\b"
    r"|\bsomebody else's\b|\bsomeone else's\b|\bnot your (turn|own|post|row|card|task|comment|message)\b",
    re.IGNORECASE,
)
_INPUT = re.compile(
    r"\b(required|missing|invalid|unknown|expects?|expected|must (be|have|name|not be|contain)|too "
    r"(long|short"
    r"|many|large|small|big|few)|not found|no such|there is no|there are|already|at (most|least)|empty|full"
    r"|between|whole number|not (a |an )?(valid|number|text|string|date|column|open)|does not "
    r"(exist|match|fit)"
    r"|cannot be (empty|blank|null)|only (an? |the )?\w+ (can|may) be)\b",
    re.IGNORECASE,
)


def outcome_of(result: CallResult) -> Outcome:
    """How ``result`` came out; see the table above."""
    error = result.error
    if error is not None:
        if error.kind in _REFUSALS or error.raised_by == "owner":
            return "refused"
        return (
            _refused_or_invalid(error.message, about_caller=result.about_caller)
            if error.raised_by
            else "error"
        )
    if not result.ok:
        return "error"
    if not says_no(result.value):
        return "ok"
    return _refused_or_invalid(reason_of(result), about_caller=result.about_caller)


def reason_of(result: CallResult) -> str:
    """Why a call was refused or failed, in the script's or the engine's words; empty when it did not."""
    if result.error is not None:
        return result.error.message
    if not result.ok or not says_no(result.value):
        return ""
    return _words(result.value) or "the answer says no, and not why"


def says_no(value: object) -> bool:
    """Whether an answer is the script's way to say no."""
    if not isinstance(value, dict):
        return False
    return value.get("ok") is False or value.get("success") is False or bool(value.get("error"))


def _words(answer: dict[str, object]) -> str:
    """Why, as the answer has it."""
    error = answer.get("error")
    for holder in (error, answer) if isinstance(error, dict) else (answer,):
        for name in ("error", "message", "reason", "text"):
            found = holder.get(name)
            if isinstance(found, str) and found:
                return found
    is_number = isinstance(error, (int, float)) and not isinstance(error, bool)
    return f"error {error}" if is_number else ""


def _refused_or_invalid(words: str, *, about_caller: bool) -> Outcome:
    if _ACCESS.search(words):
        return "refused"
    return "refused" if about_caller and not _INPUT.search(words) else "invalid"
