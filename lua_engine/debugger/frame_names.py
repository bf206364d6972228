"""Names of functions that Lua has none for, from the text of the script: those reached by a tail call."""

from __future__ import annotations

import re
from dataclasses import replace

from lua_engine.debugger.binding import line_text
from lua_engine.debugger.messages import StackFrame

_UNNAMED = re.compile(r"function at line (\d+)")
_FUNCTION = re.compile(r"\bfunction\b", re.ASCII)
_NAME_AFTER = re.compile(r"\s+([A-Za-z_][\w.:]*)\s*\(", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
_LONGEST = 200  # letters of a name


def named(frames: tuple[StackFrame, ...], text: str, file: str) -> tuple[StackFrame, ...]:
    """``frames`` with ``function at line 31`` as ``toggle`` where line 31 of ``text``, the script ``file``,
    defines one function of that name.
    """
    return tuple(_named(one, text) if one.source == file else one for one in frames)


def _named(frame: StackFrame, text: str) -> StackFrame:
    unnamed = _UNNAMED.fullmatch(frame.name)
    if unnamed is None:
        return frame
    name = _defined(line_text(text, int(unnamed[1])))
    return replace(frame, name=name) if name else frame


def _defined(line: str) -> str:
    """The name of the one function of a line: ``function name(`` or ``name = function(``; else empty. A line
    may be as long as a script, so each letter is looked at once.
    """
    found = list(_FUNCTION.finditer(line))
    if len(found) != 1:
        return ""
    after = _NAME_AFTER.match(line, found[0].end())
    if after is not None:
        return after[1] if len(after[1]) <= _LONGEST else ""
    if not line[found[0].end() :].lstrip().startswith("("):
        return ""
    before = line[: found[0].start()].rstrip()
    if not before.endswith("="):
        return ""
    last = before[:-1].rstrip()[-_LONGEST - 1 :]
    name = next((last[at:] for at in range(len(last)) if _NAME.fullmatch(last, at)), "")
    return name if len(name) <= _LONGEST else ""
