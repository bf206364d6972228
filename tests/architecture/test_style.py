"""What the house's style asks for and the linter has no rule for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("goop_console", "lua_engine", "packaging", "tests")


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (ROOT / folder).rglob("*.py")


def test_no_conditional_stands_inside_a_conditional_expression() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in sources()
        for outer in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(outer, ast.IfExp)
        for inner in ast.walk(outer)
        if inner is not outer and isinstance(inner, ast.IfExp)
    ]
    assert not found, "write an if statement or a function of its own there"


def documents() -> Iterator[Path]:
    """Those that people write; docs/lua-api.md is made."""
    yield from ROOT.glob("*.md")
    yield from (one for one in (ROOT / "docs").rglob("*.md") if one.name != "lua-api.md")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Its lines with their numbers, without those of fenced code."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code:
            yield number, line


def test_lines_of_prose_have_at_most_110_columns() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in documents()
        for number, line in prose(path.read_text(encoding="utf-8"))
        if len(line) > 110 and not line.startswith(("|", "    ")) and " " in line
    ]
    assert not found, "tables, code and links may be longer"
