"""What a call did up to here, as text: rows that it changed, SQL, effects, log lines."""

from __future__ import annotations

from collections.abc import Sequence

from goop_console.widgets.foreign_text import shown_line
from lua_engine import DataDiff, Effect, LogLine, SqlStatement, TableDiff

_MOST = 200  # of each kind
_WIDE = 300  # characters of a line


def happened_text(
    sql: Sequence[SqlStatement], logs: Sequence[LogLine], effects: Sequence[Effect], diff: DataDiff | None
) -> str:
    """Sections with their counts; a call that did nothing says so."""
    parts: list[str] = []
    if diff is not None and diff.tables:
        parts.append(_section("Data changes", [_table(one) for one in diff.tables]))
    if sql:
        parts.append(_section("SQL", [f"{one.sql}   ({one.rows} rows)" for one in sql]))
    if effects:
        parts.append(_section("Effects", [one.text for one in effects]))
    if logs:
        parts.append(_section("Log", [f"{one.level}: {one.message}" for one in logs]))
    return "\n\n".join(parts) or "Nothing yet: no SQL, no data change, no log line."


def _section(title: str, lines: Sequence[str]) -> str:
    shown = [f"  {shown_line(line, _WIDE)}" for line in lines[-_MOST:]]
    left = len(lines) - len(shown)
    more = [f"  ({left:,} earlier ones)"] if left else []
    return "\n".join([f"{title} ({len(lines):,})", *more, *shown])


def _table(one: TableDiff) -> str:
    counts = f"{len(one.added)} added, {len(one.changed)} changed, {len(one.removed)} removed"
    return f"{one.table}: {counts}"
