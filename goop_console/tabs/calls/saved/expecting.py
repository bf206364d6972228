"""Expectations in words, and which ones a result offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from goop_console.widgets.json_line import json_line
from goop_console.widgets.json_tree import JsonNode
from goop_console.widgets.wording import counted
from lua_engine import (
    OUTCOME_WORDS,
    CallResult,
    DataDiff,
    Expectation,
    JsonProblem,
    outcome_of,
    parse_json,
    reason_of,
)

MAX_TYPED = 2_000  # letters that one line is good for; a longer value is changed in the file
_MAX_DIGITS = 9
_MAX_EXPECTED = 64 * 1024  # letters: the files are small, and read by people
_ROWS = ("added", "changed", "removed")
VALUE_KINDS = ("value_equals", "value_contains")
_OUTCOME_KINDS = ("ok", "refused", "invalid", "error_says")
TEXT_KINDS = ("error_says", "refused", "invalid")


class ExpectedValueError(ValueError):
    """What was typed is no value for the expectation; the message says what is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An expectation that holds of a result, as a button says it."""

    words: str
    expectation: Expectation


def expectation_words(one: Expectation) -> str:
    """``value /rows/0/n equals 5``; ``tasks: 1 row added``."""
    if one.kind in VALUE_KINDS:
        verb = "equals" if one.kind == "value_equals" else "contains"
        return f"value{' ' + one.path if one.path else ''} {verb} {json_line(one.value)}"
    if one.kind == "error_says":
        return f"refused or failed, saying {json_line(one.value)}" if one.value else "refused or failed"
    if one.kind in ("refused", "invalid"):
        words = OUTCOME_WORDS[one.kind]
        return f"{words}, saying {json_line(one.value)}" if one.value else words
    if one.kind == "no_rows_changed":
        return f"{one.path}: no rows changed" if one.path else "no rows changed"
    if one.kind.startswith("rows_"):
        what = one.kind.removeprefix("rows_")
        return (
            f"{one.path}: rows {what}"
            if one.value is None
            else f"{one.path}: {counted(one.value, 'row')} {what}"
        )
    return "ok: neither refused nor failed"


def is_large(value: Any) -> bool:
    """``value`` is too much for a file that people read."""
    return len(json_line(value, _MAX_EXPECTED)) == _MAX_EXPECTED


def offers(result: CallResult) -> tuple[Offer, ...]:
    """What holds of ``result`` besides its value: the outcome, the reason, the rows."""
    outcome, reason = outcome_of(result), reason_of(result)
    found = [Offer(OUTCOME_WORDS[outcome], Expectation(outcome))] if outcome != "error" else []
    if outcome != "ok":
        found.append(
            Offer(
                f"says {json_line(reason)}",
                Expectation("error_says" if outcome == "error" else outcome, "", reason),
            )
        )
    return (*found, *_row_offers(result.diff))


def _row_offers(diff: DataDiff) -> list[Offer]:
    if diff.is_empty:
        return [Offer("no rows changed", Expectation("no_rows_changed"))]
    found = []
    for table in diff.tables:
        for what in _ROWS:
            count = len(getattr(table, what))
            if count:
                expectation = Expectation(f"rows_{what}", table.table, None if table.left_out else count)
                found.append(Offer(expectation_words(expectation), expectation))
    return found


def pointer(node: JsonNode) -> str:
    """The JSON pointer (RFC 6901) of a line of the tree; empty for the whole value."""
    parts: list[str] = []
    at: JsonNode | None = node
    while at is not None and at.parent is not None:
        if at.span is None:
            parts.append(str(at.key).replace("~", "~0").replace("/", "~1"))
        at = at.parent
    return "".join(f"/{part}" for part in reversed(parts))


def with_added(expect: Sequence[Expectation], one: Expectation) -> tuple[Expectation, ...]:
    """``one`` takes the place of what says something of the same kind and place; outcomes exclude each
    other.
    """
    same = {(one.kind, one.path)}
    if one.kind in _OUTCOME_KINDS:
        same |= {(kind, "") for kind in _OUTCOME_KINDS}
    if one.kind.startswith("rows_"):
        same |= {("no_rows_changed", ""), ("no_rows_changed", one.path)}
    if one.kind == "no_rows_changed":
        same |= {
            (f"rows_{what}", place.path)
            for what in _ROWS
            for place in expect
            if not one.path or place.path == one.path
        }
    return (*(other for other in expect if (other.kind, other.path) not in same), one)


def value_text(one: Expectation) -> str | None:
    """What a person may change of ``one``, as they write it; None when there is nothing, or too much for a
    line.
    """
    if one.kind in VALUE_KINDS:
        text = json_line(one.value, MAX_TYPED + 1)
        return text if len(text) <= MAX_TYPED else None
    if one.kind in TEXT_KINDS:
        text = str(one.value or "")
        return text if len(text) <= MAX_TYPED else None
    if one.kind.startswith("rows_"):
        return "" if one.value is None else str(one.value)
    return None


def with_value(one: Expectation, text: str) -> Expectation:
    """``one`` with what a person wrote. Raises :class:`ExpectedValueError`."""
    if one.kind in TEXT_KINDS:
        return replace(one, value=text or None)
    if one.kind.startswith("rows_"):
        return replace(one, value=_count(text.strip()))
    try:
        return replace(one, value=parse_json(text))
    except JsonProblem as problem:
        raise ExpectedValueError(
            f"{problem.words[:1].upper()}{problem.words[1:]} (column {problem.column}). "
            'Write JSON: a text in double quotes, like "done", or a number, true, {…}, […].'
        ) from problem


def _count(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise ExpectedValueError("Write a whole number, or nothing for “at least one”.")
    return int(text)
