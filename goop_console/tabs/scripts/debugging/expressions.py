"""Lua for a value of the variables' tree: what a watch of it evaluates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lua_engine import DebugValue

_KEY = re.compile(r"[A-Za-z_]\w*|\[(?:true|false|-?[\d.]+(?:e[+-]?\d+)?|\"(?:[^\"\\]|\\.)*\")\]", re.ASCII)
_EXTRA = re.compile(r"\.\.\.(\d+)")


def expression_of(path: Sequence[DebugValue]) -> str:
    """``row.tags[2]`` for the values from the tree's root to the last one; empty where Lua has no words for
    it: a key that is a table, what a function holds.
    """
    first = path[0]
    extra = _EXTRA.fullmatch(first.name)
    text = first.name
    if extra is not None:
        text = f"(select({extra[1]}, ...))"
    elif not _KEY.fullmatch(text):
        return ""
    elif text.startswith("["):
        text = f"_G{text}"
    for holder, one in pairwise(path):
        if holder.type != "table" or not _KEY.fullmatch(one.name):
            return ""
        text += one.name if one.name.startswith("[") else f".{one.name}"
    return text
