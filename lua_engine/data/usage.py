"""Which scripts name a table, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lua_engine.base.errors import KnownError
from lua_engine.base.lua_lines import lua_lines
from lua_engine.scripts.registry import ScriptRegistry

_MAX_LINE = 200


@dataclass(frozen=True, slots=True)
class TableUse:
    """One line of a script (``kind`` "function" or "command") that names the table;
    ``line`` counts from 1.
    """

    script: str
    kind: str
    line: int
    text: str


def uses_of(scripts: ScriptRegistry, table: str) -> tuple[TableUse, ...]:
    """The lines that open ``table`` with goop.orm or goop.config, or name it in SQL; by script and line."""
    found: list[TableUse] = []
    for info in scripts.infos():
        try:
            source = scripts.source(info)
        except KnownError:  # gone, or not to be read: the Scripts tab says so
            continue
        found += [TableUse(info.name, info.kind, line, text) for line, text in lines_with(source, table)]
    return tuple(sorted(found, key=lambda use: (use.script, use.kind, use.line)))


def lines_with(source: str, table: str) -> Iterator[tuple[int, str]]:
    """Line numbers and lines of ``source`` that name ``table``.

    >>> list(lines_with('local t = goop.orm("cards")', "cards"))
    [(1, 'local t = goop.orm("cards")')]
    """
    name = re.escape(table)
    opened = re.compile(rf"goop\.(?:orm|config)\s*\(?\s*(?:\"{name}\"|'{name}'|\[\[{name}\]\])")
    sql = re.compile(rf"\b(?:from|into|update|join|table)\s+[\"'`\[]?{name}\b", re.IGNORECASE)
    for number, line in enumerate(lua_lines(source), 1):
        code = line.split("--", 1)[0] if '"' not in line.split("--", 1)[0][-1:] else line
        if opened.search(code) or sql.search(code):
            yield number, line.strip()[:_MAX_LINE]
