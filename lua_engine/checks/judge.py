"""Whether a result is what was expected, and in which words it is not."""

from __future__ import annotations

from collections.abc import Callable

from lua_engine.calls.outcome import OUTCOME_WORDS, outcome_of, reason_of
from lua_engine.calls.result import CallResult
from lua_engine.checks.model import Expectation, overwritten
from lua_engine.checks.values import Missing, at, contains, equal, shown
from lua_engine.store.changes.diff import TableDiff


def failures(expect: tuple[Expectation, ...], result: CallResult) -> tuple[str, ...]:
    """One sentence for each expectation that does not hold. Nothing expected means: it must not break."""
    wanted = expect or (Expectation("ok"),)
    return tuple(message for one in wanted if (message := _JUDGES[one.kind](one, result)))


def _ok(_expected: Expectation, result: CallResult) -> str:
    outcome = outcome_of(result)
    return "" if outcome == "ok" else f"expected ok, got {OUTCOME_WORDS[outcome]}: {reason_of(result)}"


def _value(expected: Expectation, result: CallResult) -> str:
    where = f"value{expected.path}"
    if result.error is not None:
        return f"{where}: there is no value, the call failed: {reason_of(result)}"
    try:
        value = at(result.value, expected.path)
    except Missing:
        return f"{where}: missing in {shown(result.value)}"
    if expected.kind == "value_equals":
        return (
            ""
            if equal(expected.value, value)
            else f"{where}: expected {shown(expected.value)}, got {shown(value)}"
        )
    return (
        ""
        if contains(expected.value, value)
        else f"{where}: expected to contain {shown(expected.value)}, got {shown(value)}"
    )


def _error_says(expected: Expectation, result: CallResult) -> str:
    reason, text = reason_of(result), expected.value or ""
    if not reason:
        return f"expected an error that says {shown(text)}, got ok: {shown(result.value)}"
    return "" if text in reason else f"expected an error that says {shown(text)}, got: {reason}"


def _refused(expected: Expectation, result: CallResult) -> str:
    if message := _other_outcome("refused", result):
        return message
    if count := overwritten(result):
        return f"refused, but {count} row{'' if count == 1 else 's'} had been changed or removed by then"
    return _error_says(expected, result)


def _invalid(expected: Expectation, result: CallResult) -> str:
    return _other_outcome("invalid", result) or _error_says(expected, result)


def _other_outcome(wanted: str, result: CallResult) -> str:
    outcome = outcome_of(result)
    if outcome == wanted:
        return ""
    said = reason_of(result) or shown(result.value)
    return f"expected {OUTCOME_WORDS[wanted]}, got {OUTCOME_WORDS[outcome]}: {said}"


def _rows(expected: Expectation, result: CallResult) -> str:
    what = expected.kind.removeprefix("rows_")
    table = result.diff.table(expected.path) or TableDiff(expected.path, "", ())
    count, wanted = len(getattr(table, what)), expected.value
    if wanted is None:
        return "" if count else f"{expected.path}: expected rows to be {what}, none were"
    if table.left_out:
        return f"{expected.path}: too many rows changed to count those {what}"
    return "" if count == wanted else f"{expected.path}: expected {wanted} rows to be {what}, {count} were"


def _no_rows(expected: Expectation, result: CallResult) -> str:
    touched = [table for table in result.diff.tables if not expected.path or table.table == expected.path]
    return (
        ""
        if not touched
        else "; ".join(
            f"{table.table}: expected no changes, {table.row_count} rows changed" for table in touched
        )
    )


_JUDGES: dict[str, Callable[[Expectation, CallResult], str]] = {
    "ok": _ok,
    "value_equals": _value,
    "value_contains": _value,
    "error_says": _error_says,
    "refused": _refused,
    "invalid": _invalid,
    "rows_added": _rows,
    "rows_changed": _rows,
    "rows_removed": _rows,
    "no_rows_changed": _no_rows,
}
