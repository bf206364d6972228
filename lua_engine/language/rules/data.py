"""Tables and columns that the site does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from lua_engine.language.finding import Finding
from lua_engine.language.script import ScriptText

_SYSTEM: Final = frozenset(("_id", "_owner", "_owner_email", "_created_at", "_updated_at", "rowid"))


def unknown_tables(script: ScriptText) -> Iterator[Finding]:
    """``goop.orm("psots")``."""
    tables = script.facts.tables
    if tables is None:
        return
    for opened in script.tables.tables:
        if opened.table not in tables:
            message = f"there is no table {opened.table}{_near(opened.table, list(tables))}"
            if opened.table in script.facts.refused:
                message = f"goop.orm refuses {opened.table}: data.db has no schema of it that can be read"
            yield Finding("unknown-table", "warning", message, opened.place)


def unknown_columns(script: ScriptText) -> Iterator[Finding]:
    """``posts:insert({ titel = ... })``, and names in ``where`` and ``fields``."""
    for named in script.tables.columns:
        columns = [one.name for one in script.facts.columns(named.table)]
        known = {one.lower() for one in columns} | _SYSTEM
        if columns and named.column.lower() not in known:
            near = _near(named.column, columns)
            message = f"{named.table} has no column {named.column}{near}"
            yield Finding("unknown-column", "warning", message, named.place)


def _near(name: str, known: list[str]) -> str:
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    if found:
        return f"; did you mean {found[0]}?"
    return f"; there are {', '.join(known[:8])}" if known else ""
