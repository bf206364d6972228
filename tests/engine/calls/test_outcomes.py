"""The four words for how a call came out, from what a script says."""

from __future__ import annotations

import pytest

from lua_engine import Caller, CallerRef, CallError, CallResult, ErrorKind, Request, outcome_of, reason_of
from lua_engine.base.errors import CallerError


def answer(words: str, *, about_caller: bool = False) -> CallResult:
    return CallResult(
        "c", Request.call("f"), Caller("p"), True, value={"error": words}, about_caller=about_caller
    )


@pytest.mark.parametrize(
    "words",
    [
        "only co-authors can do this",
        "only the owner and whoever added the card can do this",
        "members only",
        "you must be a member to do this",
        "you are not allowed to delete this",
        "not your post",
        "permission denied",
        "you do not play in this game",
        "an email address is required here: add yours to your profile, then come back",
        "login required",
        "role viewer cannot post",
        "guests may not vote",
    ],
)
def test_words_about_who_asks_are_a_refusal(words: str) -> None:
    assert outcome_of(answer(words)) == "refused"
    assert reason_of(answer(words)) == words


@pytest.mark.parametrize(
    "words",
    [
        "id required",
        "unknown column: nope",
        'column "n" expects integer, got string',
        "not found",
        "moderate_comments must be true or false",
        "the column is full: it has 50 cards",
        "members: at most 50",
        "role is required",
        "there are 20 lists already",
        "only a draft can be edited: people may have voted on it as it was",
    ],
)
@pytest.mark.parametrize("about_caller", [True, False])
def test_words_about_the_input_are_invalid_input(words: str, about_caller: bool) -> None:
    assert outcome_of(answer(words, about_caller=about_caller)) == "invalid"


def test_a_no_without_a_reason_is_a_refusal_when_it_is_about_the_caller() -> None:
    assert outcome_of(answer("no", about_caller=True)) == "refused"
    assert outcome_of(answer("no")) == "invalid"


@pytest.mark.parametrize(
    ("value", "outcome", "reason"),
    [
        ({"error": {"message": "forbidden"}}, "refused", "forbidden"),
        ({"error": {"code": 7}}, "invalid", "the answer says no, and not why"),
        ({"error": True, "message": "id required"}, "invalid", "id required"),
        ({"error": 403}, "refused", "error 403"),
        ({"error": 404}, "invalid", "error 404"),
        ({"success": False, "reason": "not authorized"}, "refused", "not authorized"),
        ({"ok": False}, "invalid", "the answer says no, and not why"),
        ({"ok": True, "error": ""}, "ok", ""),
        ({"error": []}, "ok", ""),
        ({"error": False}, "ok", ""),
        ({"success": True, "reason": "forbidden"}, "ok", ""),
        (["error"], "ok", ""),
    ],
)
def test_the_shapes_of_a_no(value: object, outcome: str, reason: str) -> None:
    result = CallResult("c", Request.call("f"), Caller("p"), True, value=value)
    assert (outcome_of(result), reason_of(result)) == (outcome, reason)


def test_a_fault_is_an_error_whatever_it_says() -> None:
    fault = CallError(ErrorKind.SCRIPT, "members only")
    assert outcome_of(CallResult("c", Request.call("f"), Caller("p"), False, error=fault)) == "error"


@pytest.mark.parametrize(
    ("text", "kind", "role"),
    [
        ("owner", "owner", ""),
        ("role:owner", "owner", "owner"),
        ("role: coauthor ", "role", "coauthor"),
        ("stranger", "stranger", ""),
        ("Anna", "peer", ""),
    ],
)
def test_a_caller_is_named_in_words(text: str, kind: str, role: str) -> None:
    ref = CallerRef.parse(text)
    assert (ref.kind, ref.role, str(ref)) == (kind, role, text)


@pytest.mark.parametrize("text", ["", "  ", "role:", "role:  "])
def test_nobody_is_no_caller(text: str) -> None:
    with pytest.raises(CallerError):
        CallerRef.parse(text)
