"""Whether a result is what was expected, and in which words it is not."""

from __future__ import annotations

from collections.abc import Callable

from lua_engine.calls.outcome import OUTCOME_WORDS
from lua_engine.calls.result import CallResult
from lua_engine.checks.actual import Actual, actual_of, overwritten
from lua_engine.checks.model import Expectation
from lua_engine.checks.values import Missing, at, contains, equal, shown
from lua_engine.pages.direct.result import DirectResult
from lua_engine.store.changes.diff import TableDiff


def failures(expect: tuple[Expectation, ...], result: CallResult | DirectResult) -> tuple[str, ...]:
    """One sentence for each expectation that does not hold. Nothing expected means: it must not break."""
    wanted, actual = expect or (Expectation("ok"),), actual_of(result)
    return tuple(message for one in wanted if (message := _JUDGES[one.kind](one, actual)))


def _ok(_expected: Expectation, actual: Actual) -> str:
    return (
        "" if actual.outcome == "ok" else f"expected ok, got {OUTCOME_WORDS[actual.outcome]}: {actual.reason}"
    )


def _value(expected: Expectation, actual: Actual) -> str:
    where = f"value{expected.path}"
    if not actual.has_value:
        return f"{where}: there is no value, the call failed: {actual.reason}"
    try:
        value = at(actual.value, expected.path)
    except Missing:
        return f"{where}: missing in {shown(actual.value)}"
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


def _error_says(expected: Expectation, actual: Actual) -> str:
    reason, text = actual.reason, expected.value or ""
    if not reason:
        return f"expected an error that says {shown(text)}, got ok: {shown(actual.value)}"
    return "" if text in reason else f"expected an error that says {shown(text)}, got: {reason}"


def _refused(expected: Expectation, actual: Actual) -> str:
    if message := _other_outcome("refused", actual):
        return message
    if count := overwritten(actual.diff):
        return f"refused, but {count} row{'' if count == 1 else 's'} had been changed or removed by then"
    return _error_says(expected, actual)


def _invalid(expected: Expectation, actual: Actual) -> str:
    return _other_outcome("invalid", actual) or _error_says(expected, actual)


def _other_outcome(wanted: str, actual: Actual) -> str:
    if actual.outcome == wanted:
        return ""
    said = actual.reason or shown(actual.value)
    return f"expected {OUTCOME_WORDS[wanted]}, got {OUTCOME_WORDS[actual.outcome]}: {said}"


def _rows(expected: Expectation, actual: Actual) -> str:
    what = expected.kind.removeprefix("rows_")
    table = actual.diff.table(expected.path) or TableDiff(expected.path, "", ())
    count, wanted = len(getattr(table, what)), expected.value
    if wanted is None:
        return "" if count else f"{expected.path}: expected rows to be {what}, none were"
    if table.left_out:
        return f"{expected.path}: too many rows changed to count those {what}"
    return "" if count == wanted else f"{expected.path}: expected {wanted} rows to be {what}, {count} were"


def _no_rows(expected: Expectation, actual: Actual) -> str:
    touched = [table for table in actual.diff.tables if not expected.path or table.table == expected.path]
    return (
        ""
        if not touched
        else "; ".join(
            f"{table.table}: expected no changes, {table.row_count} rows changed" for table in touched
        )
    )


_JUDGES: dict[str, Callable[[Expectation, Actual], str]] = {
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
