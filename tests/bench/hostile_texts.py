"""Texts within the limits of the editor that somebody made to hold it."""

from __future__ import annotations

import random
from typing import Final

_MOST: Final = 130_000  # characters
_LINE: Final = 49_000
_ODD: Final = 4_990
_HEBREW_AND_ARABIC: Final = "".join(map(chr, range(0x590, 0x6FF)))


def _much(unit: str, most: int = _MOST) -> str:
    return unit * (most // len(unit))


def _garbage(letters: str, count: int) -> str:
    chance = random.Random(1)
    return "".join(chance.choice(letters) for _ in range(count))


def _lines(letters: str, length: int, count: int) -> str:
    text = _garbage(letters, length * count)
    return "\n".join(text[at : at + length] for at in range(0, len(text), length))


def _string(unit: str, most: int) -> str:
    return f"x = '{_much(unit, most - 6)}'"


HOSTILE: Final[dict[str, str]] = {
    "strings without an end": _much('local a = "x\n', 117_000),
    "strings without an end, of both kinds": _much("local a = \"x'\nlocal b = 'y\"\n"),
    "quotes": _much("\"\n'\n", 56_000),
    "quotes in one line": _much("'\"", _LINE),
    "long brackets": _much("[[", _LINE),
    "long brackets below each other": _much("[[\n", 84_000),
    "long brackets of many levels": "\n".join(f"[{'=' * (number % 50)}[" for number in range(4_500)),
    "long comments": _much("--[[\n", 100_000),
    "parentheses in each other": "x = " + "(" * 40_000,
    "tables in each other": "x = " + "{" * 40_000 + "}" * 8_000,
    "parentheses below each other": _much("(\n", 58_000),
    "tables below each other": _much("{\n", 58_000),
    "functions in each other": _much("function f()\n", 117_000),
    "blocks in each other": "if a then\n" * 6_000 + "end\n" * 6_000,
    "a long chain of branches": "if a then\n" + "elseif b then\n" * 9_000 + "end\n",
    "a long sum": "x = " + "a+" * 24_000 + "1",
    "a sum of many lines": "x = " + "a..\n" * 29_000 + "1",
    "not not not": "x = " + "not " * 12_000 + "1",
    "a chain of calls": "f" + "()" * 24_000,
    "a chain of dots": "a" + ".b" * 24_000,
    "30,000 lines": "x=1\n" * 29_999,
    "30,000 empty lines": "\n" * 29_999,
    "the end of nothing": "end\n" * 29_000,
    "a line of 49,000 characters": _string("a", _LINE),
    "two long lines": f"{_string('a', 39_000)}\n" * 2,
    "a line of words": _much("x = 1 ", _LINE),
    "escapes": _string("\\n", _LINE),
    "escapes that are none": ('x = "' + "\\q" * 20 + '"\n') * 2_500,
    "combining marks": _string("a\u0301\u0302", _ODD),
    "both directions": _string("\u202e\u05d0a\u202c", _ODD),
    "both directions below each other": ("x = '" + "\u202e\u05d0a\u202c" * 20 + "'\n") * 1_400,
    "faces": _string("\U0001f469\u200d\U0001f469", _ODD),
    "tabs": "\t" * _ODD,
    "no Lua": _garbage("()[]{}\"'-=.~<>ab \n", _MOST),
    "no Lua and no ASCII": _lines("a(\"'" + _HEBREW_AND_ARABIC, 130, 460),
    "odd long lines": _lines(_HEBREW_AND_ARABIC, 3_990, 2),
    "lines of 1,600 characters": _lines("abcx =+1 ", 1_330, 98),
    "Chinese": _lines("".join(map(chr, range(0x4E00, 0x5000))), 130, 1_000),
}
