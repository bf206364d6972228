"""Where a breakpoint binds: the line that it is on, or the next that can stop, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lua_engine.base.lua_lines import lua_lines

_WORDS = {"end": "an end", "else": "an else", "do": "a do", "repeat": "a repeat", "then": "a then"}


@dataclass(frozen=True, slots=True)
class Binding:
    """``line`` is where it stops, 0 when nowhere; ``reason`` is why that is another line than the one asked
    for, or none.
    """

    line: int
    reason: str = ""

    @property
    def is_bound(self) -> bool:
        return self.line > 0


def bind(text: str, stops: Collection[int], line: int) -> Binding:
    """The line at which a breakpoint on ``line`` of ``text`` stops; ``stops`` are the lines that can."""
    if line in stops:
        return Binding(line)
    lines = lua_lines(text)
    why = f"line {line} {_kind(lines, line)}"
    following = min((one for one in stops if one > line), default=0)
    if not following:
        return Binding(0, f"{why}, and no line after it can stop")
    return Binding(following, f"{why}: it stops at line {following}")


def _kind(lines: list[str], line: int) -> str:
    if not 1 <= line <= len(lines):
        return f"is not there: the script has {len(lines)} lines"
    text = lines[line - 1].strip()
    if not text:
        return "is empty"
    if text.startswith("--"):
        return "is a comment"
    word = text.rstrip(",;)").split("(")[0].strip()
    if word in _WORDS:
        return f"is {_WORDS[word]}, where nothing runs"
    return "has no instruction of its own (it is part of a statement, or nothing runs there)"


def followed(text: str, line: int, known: str) -> int:
    """Where the line whose text was ``known`` stands now: the nearest to ``line``; 0 when it is gone."""
    lines = [one.strip() for one in lua_lines(text)]
    wanted = known.strip()
    found = [number for number, one in enumerate(lines, 1) if one == wanted]
    return min(found, key=lambda number: (abs(number - line), number), default=0)


def line_text(text: str, line: int) -> str:
    """The text of a line; empty when there is none."""
    lines = lua_lines(text)
    return lines[line - 1].strip() if 1 <= line <= len(lines) else ""
