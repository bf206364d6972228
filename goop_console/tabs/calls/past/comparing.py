"""Two calls of the history beside each other, as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from goop_console.tabs.calls.past.model import caller_title, entry_title
from goop_console.tabs.calls.words import milliseconds
from goop_console.widgets.data_diff_model import diff_words, shown_value
from goop_console.widgets.side_by_side import MAX_LINES, Row, compare
from goop_console.widgets.wording import day_and_clock
from lua_engine import DataDiff, HistoryRecord

_CUT = "… cut here: too long to compare"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table above: its name, both sides, and how they differ."""

    name: str
    left: str
    right: str
    difference: str = ""

    @property
    def is_same(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older call on the left. ``notes`` say what was not kept of either."""

    left: HistoryRecord
    right: HistoryRecord
    facts: tuple[Fact, ...]
    value: tuple[Row, ...]
    sql: tuple[Row, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def compare_records(one: HistoryRecord, other: HistoryRecord) -> Comparison:
    """Compare values (keys in order), statements and changed rows, line by line. Slow for long ones: not for the Qt thread."""
    left, right = sorted((one, other), key=lambda record: record.entry.id)
    notes = tuple(f"{side}: {record.note}" for side, record in (("left", left), ("right", right)) if record.note)

    def lines(text: Callable[[HistoryRecord], list[str]]) -> tuple[Row, ...]:
        return compare(_cut(text(left)), _cut(text(right)))

    return Comparison(left, right, _facts(left, right), lines(value_lines), lines(sql_lines), lines(lambda one: diff_lines(one.diff)), notes)


def differences(rows: tuple[Row, ...]) -> int:
    """How many lines differ."""
    return sum(row.sign != "=" for row in rows)


def value_lines(record: HistoryRecord) -> list[str]:
    """The value as JSON, or the error, a line each."""
    error = record.result.error
    if error is not None:
        return [f"no value: {error.message}"]
    return json.dumps(record.result.value, ensure_ascii=False, indent=2, sort_keys=True, default=str).split("\n")


def sql_lines(record: HistoryRecord) -> list[str]:
    """Each statement on a line, its values below."""
    lines = []
    for one in record.result.sql:
        lines.append(" ".join(one.sql.split()))
        lines += [f"    ?{place} = {shown_value(value)}" for place, value in enumerate(one.args, 1)]
        lines.append(f"    failed: {one.error}" if one.error else f"    {one.rows:,} rows")
    return lines


def diff_lines(diff: DataDiff) -> list[str]:
    """The changed rows, a line each."""
    lines = []
    for table in diff.tables:
        for sign, rows in (("+", table.added), ("−", table.removed)):
            lines += [f"{table.table} {sign} {_row(table.columns, row)}" for row in rows]
        for changed in table.changed:
            cells = zip(table.columns, changed.before, changed.after, strict=True)
            told = [f"{name}: {shown_value(old)} → {shown_value(new)}" for name, old, new in cells if name in changed.columns]
            lines.append(f"{table.table} ~ {table.key} {shown_value(changed.key)}  {', '.join(told)}")
        if table.left_out:
            lines.append(f"{table.table} … {table.left_out:,} more")
    return lines


def _row(columns: tuple[str, ...], row: tuple[object, ...]) -> str:
    return ", ".join(f"{name} = {shown_value(value)}" for name, value in zip(columns, row, strict=True))


def _cut(lines: list[str]) -> str:
    return "\n".join(lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], _CUT])


def _facts(left: HistoryRecord, right: HistoryRecord) -> tuple[Fact, ...]:
    def plain(name: str, text: Callable[[HistoryRecord], str]) -> Fact:
        return Fact(name, text(left), text(right))

    def time(name: str, seconds: Callable[[HistoryRecord], float]) -> Fact:
        before, after = seconds(left), seconds(right)
        sign = "+" if after >= before else "−"
        return Fact(name, milliseconds(before), milliseconds(after), f"{sign}{milliseconds(abs(after - before))}")

    return (
        plain("When", lambda one: day_and_clock(one.entry.started_at)),
        plain("Call", lambda one: entry_title(one.entry)),
        plain("Caller", lambda one: caller_title(one.entry)),
        plain("Run", lambda one: "dry run" if one.entry.dry else "for real"),
        plain("Outcome", lambda one: f"{one.entry.outcome}: {one.entry.reason}" if one.entry.reason else one.entry.outcome),
        time("Time", lambda one: one.result.timings.total),
        time("in Lua", lambda one: one.result.timings.lua),
        time("in SQL", lambda one: one.result.timings.sql),
        plain("Statements", lambda one: f"{len(one.result.sql):,}"),
        plain("Data changes", lambda one: diff_words(one.diff) or "none"),
    )
