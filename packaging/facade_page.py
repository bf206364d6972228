"""Brings docs/facade.md up to date with what `lua_engine` exports: ``make facade``.

Lines that are there stay as somebody wrote them; a new name begins with the first sentence of its docstring,
for somebody to better; names that are gone go.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from pathlib import Path

import lua_engine
from lua_engine.exports import HOMES

FILE = Path(__file__).resolve().parents[1] / "docs/facade.md"
HEAD = """\
# The facade of the engine

All that `lua_engine` exports, by the room that it comes from. The console uses nothing else of the engine.
`tests/architecture/test_facade.py` compares this page with the code; `make facade` adds and removes lines,
what a line says is written by hand.
"""
LINE = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def lines() -> dict[str, str]:
    """What the page says of each name."""
    return dict(LINE.findall(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


def first_sentence(name: str) -> str:
    """Of the docstring of what is exported under ``name``; empty without one."""
    found = getattr(lua_engine, name)
    text = inspect.getdoc(found) if inspect.isclass(found) or inspect.isroutine(found) else ""
    if not text or text.startswith(f"{name}("):
        return ""
    flat = " ".join(text.split("\n\n")[0].split()).replace("|", "or")
    return re.sub(r":\w+:`(?:\w+\.)*(\w+)`", r"`\1`", re.split(r"(?<=\.) (?=[A-Z`])", flat)[0]).rstrip(".")


def rooms() -> dict[str, list[str]]:
    """The exported names by the part of `lua_engine` that they come from."""
    by_room: dict[str, list[str]] = defaultdict(list)
    for name in HOMES:
        module = HOMES[name]
        by_room[module.removeprefix("lua_engine.").partition(".")[0]].append(name)
    return {room: sorted(names, key=str.lower) for room, names in sorted(by_room.items())}


def page() -> str:
    known = lines()
    parts = [HEAD]
    for room, names in rooms().items():
        rows = [f"| `{name}` | {known.get(name) or first_sentence(name)} |" for name in names]
        parts.append("\n".join([f"\n## {room}\n", "| name | what it is |", "|---|---|", *rows, ""]))
    return "".join(parts)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    empty = [name for name, text in lines().items() if not text]
    sys.stdout.write(f"{FILE.name}: {len(lines())} names; to be written: {', '.join(empty) or 'none'}\n")
