"""A text up to the cursor, with an end for all that it began: while somebody types, most of what stands
before the cursor has none yet, and a text without its ends has another tree::

    function call(request)
      posts:find({ where = "ti|         ->  ... "ti"\\n}) end
"""

from __future__ import annotations

import re
from typing import Final

from lua_engine.scripts.lexer import lexemes

_CLOSERS: Final = {"(": ")", "{": "}", "[": "]"}
# What a block waits for. Example: `while a` waits for its `do`, and then for `end`.
_BEGIN: Final = {
    "function": "end",
    "if": "then end",
    "for": "do end",
    "while": "do end",
    "do": "end",
    "repeat": "until true",
}
_STEPS: Final = {"then": ("then end", "end"), "do": ("do end", "end"), "elseif": ("end", "then end")}
_QUOTED: Final = re.compile(r"--.*|\"(?:\\.|[^\"\\])*(\"?)|'(?:\\.|[^'\\])*('?)")
_MEMBER: Final = re.compile(r"[\w)\]\"'}]\s*([.:])\s*(\w*)\Z", re.ASCII)


def closed(head: str) -> str:
    """``head`` and what it lacks."""
    quote = open_quote(head[head.rfind("\n") + 1 :])
    if quote:
        return f"{head}{quote}\n{_ends(head + quote)}"
    member = _MEMBER.search(head)
    if member is not None:  # `posts:` alone is no expression
        head = f"{head}{'' if member[2] else '_'}()"
    return f"{head}\n{_ends(head)}"


def open_quote(line: str) -> str:
    """The quote of the string that is not closed in ``line``; empty when there is none."""
    for found in _QUOTED.finditer(line):
        text = found.group()
        if not text.startswith("-") and not (found[1] or found[2]):
            return text[0]
    return ""


def _ends(text: str) -> str:
    waiting: list[str] = []
    for one in lexemes(text):
        if one.kind not in ("name", "op"):
            continue
        word, last = one.raw, waiting[-1] if waiting else ""
        if word in _STEPS and last == _STEPS[word][0]:
            waiting[-1] = _STEPS[word][1]
        elif word in _BEGIN:
            waiting.append(_BEGIN[word])
        elif word in _CLOSERS:
            waiting.append(_CLOSERS[word])
        elif last and word == last.split()[0]:  # its end, its bracket, its `until`
            waiting.pop()
    return " ".join(reversed(waiting))
