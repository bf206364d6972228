"""Two calls of the history beside each other, as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from goop_console.tabs.calls.model.entry_words import caller_title, entry_title, left_out
from goop_console.tabs.calls.model.words import milliseconds, one_line
from goop_console.widgets.data_diff_model import diff_words, shown_value
from goop_console.widgets.side_by_side import MAX_LINES, Row, compare
from goop_console.widgets.wording import counted, day_and_clock
from lua_engine import OUTCOME_WORDS, DataDiff, HistoryRecord

_MAX_FACT = 2_000
_CUT = "… cut here: too long to compare line by line"


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
class Part:
    """One of value, SQL and data changes, line by line. ``is_kept``: of both calls; else nobody knows whether
    they are the same.
    """

    name: str
    rows: tuple[Row, ...]
    is_kept: bool
    is_same: bool

    @property
    def differences(self) -> int:
        """How many of the lines that are shown differ."""
        return sum(row.sign != "=" for row in self.rows)

    @property
    def words(self) -> str:
        """The comparison in a word or two."""
        if not self.is_kept:
            return "not kept"
        if self.is_same:
            return "same"
        return f"{self.differences:,}" if self.differences else "differs further down"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older call on the left. ``notes`` say what was not kept of either."""

    left: HistoryRecord
    right: HistoryRecord
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Everything in one line."""
        differing = [part for part in self.parts if part.is_kept and not part.is_same]
        if differing:
            unlike = [
                f"{_inside(part.name)}: "
                f"{counted(part.differences, 'line') if part.differences else 'further down'}"
                for part in differing
            ]
            return " · ".join(["; ".join(unlike) + " differ", *self.notes])
        kept = [_inside(part.name) for part in self.parts if part.is_kept]
        same = [f"The same: {', '.join(kept)}"] if kept else []
        return " · ".join([*same, *self.notes])


def compare_records(one: HistoryRecord, other: HistoryRecord) -> Comparison:
    """Compare values (keys in order), statements and changed rows, line by line. Slow for long ones: not for
    the Qt thread.
    """
    left, right = sorted((one, other), key=lambda record: record.entry.id)
    notes = tuple(
        f"{side} call: {record.note}" for side, record in (("earlier", left), ("later", right)) if record.note
    )
    parts = (
        _part("Value", "value", left, right, value_lines),
        _part("SQL", "sql", left, right, sql_lines),
        _part("Data changes", "diff", left, right, lambda record: diff_lines(record.result.diff)),
    )
    return Comparison(left, right, _facts(left, right), parts, notes)


def _part(
    name: str,
    key: str,
    left: HistoryRecord,
    right: HistoryRecord,
    lines: Callable[[HistoryRecord], list[str]],
) -> Part:
    missing = [left_out(record).get(key) for record in (left, right)]
    before, after = (
        [f"not kept: {size}"] if size is not None else lines(record)
        for size, record in zip(missing, (left, right), strict=True)
    )
    return Part(name, compare(_cut(before), _cut(after)), missing == [None, None], before == after)


def value_lines(record: HistoryRecord) -> list[str]:
    """The value as JSON, or the error, a line each."""
    error = record.result.error
    if error is not None:
        return f"no value: {error.message}".split("\n")
    return json.dumps(record.result.value, ensure_ascii=False, indent=2, sort_keys=True, default=str).split(
        "\n"
    )


def sql_lines(record: HistoryRecord) -> list[str]:
    """Each statement on a line, its values below."""
    lines = []
    for one in record.result.sql:
        lines.append(" ".join(one.sql.split()))
        lines += [f"    ?{place} = {shown_value(value)}" for place, value in enumerate(one.args, 1)]
        lines.append(f"    failed: {one.error}" if one.error else f"    {counted(one.rows, 'row')}")
    return lines


def diff_lines(diff: DataDiff) -> list[str]:
    """The changed rows, a line each."""
    lines = []
    for table in diff.tables:
        for sign, rows in (("+", table.added), ("−", table.removed)):
            lines += [f"{table.table} {sign} {_row(table.columns, row)}" for row in rows]
        for changed in table.changed:
            cells = zip(table.columns, changed.before, changed.after, strict=True)
            differing = [
                f"{name}: {shown_value(old)} → {shown_value(new)}"
                for name, old, new in cells
                if name in changed.columns
            ]
            lines.append(f"{table.table} ~ {table.key} {shown_value(changed.key)}  {', '.join(differing)}")
        if table.left_out:
            lines.append(f"{table.table} … {table.left_out:,} more")
    return lines


def _row(columns: tuple[str, ...], row: tuple[object, ...]) -> str:
    return ", ".join(f"{name} = {shown_value(value)}" for name, value in zip(columns, row, strict=True))


def _cut(lines: list[str]) -> str:
    return "\n".join(lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], _CUT])


def _inside(name: str) -> str:
    """A name in the middle of a sentence."""
    return name if name.isupper() else name.lower()


def _facts(left: HistoryRecord, right: HistoryRecord) -> tuple[Fact, ...]:
    def plain(name: str, text: Callable[[HistoryRecord], str]) -> Fact:
        return Fact(name, text(left), text(right))

    def time(name: str, seconds: Callable[[HistoryRecord], float]) -> Fact:
        before, after = seconds(left), seconds(right)
        sign = "+" if after >= before else "−"
        return Fact(
            name, milliseconds(before), milliseconds(after), f"{sign}{milliseconds(abs(after - before))}"
        )

    def unless_left_out(key: str, text: Callable[[HistoryRecord], str]) -> Callable[[HistoryRecord], str]:
        return lambda one: "not kept" if key in left_out(one) else text(one)

    return (
        plain("When", lambda one: day_and_clock(one.entry.started_at)),
        plain("Call", lambda one: entry_title(one.entry)),
        plain(
            "Params",
            unless_left_out(
                "params",
                lambda one: one_line(
                    json.dumps(one.result.request.argument, ensure_ascii=False, default=str), _MAX_FACT
                ),
            ),
        ),
        plain("Caller", lambda one: caller_title(one.entry)),
        plain("Run", lambda one: "dry run" if one.entry.is_dry else "for real"),
        plain(
            "Outcome",
            lambda one: ": ".join(filter(None, (OUTCOME_WORDS[one.entry.outcome], one.entry.reason))),
        ),
        time("Time", lambda one: one.result.timings.total),
        time("Time in Lua", lambda one: one.result.timings.lua),
        time("Time in SQL", lambda one: one.result.timings.sql),
        plain("Statements", unless_left_out("sql", lambda one: f"{len(one.result.sql):,}")),
        plain("Data changes", unless_left_out("diff", lambda one: diff_words(one.result.diff) or "none")),
    )
