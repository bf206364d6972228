"""Names of functions that Lua has none for, from the text of the script: those reached by a tail call."""

from __future__ import annotations

import re
from dataclasses import replace

from lua_engine.debugger.binding import line_text
from lua_engine.debugger.messages import StackFrame

_UNNAMED = re.compile(r"function at line (\d+)")
_FUNCTION = re.compile(r"\bfunction\b", re.ASCII)
_DEFINITION = re.compile(
    r"\bfunction\s+([A-Za-z_][\w.:]*)\s*\(|([A-Za-z_][\w.]*)\s*=\s*function\s*\(", re.ASCII
)


def named(frames: tuple[StackFrame, ...], text: str, file: str) -> tuple[StackFrame, ...]:
    """``frames`` with ``function at line 31`` as ``toggle`` where line 31 of ``text``, the script ``file``,
    defines one function of that name.
    """
    return tuple(_named(one, text) if one.source == file else one for one in frames)


def _named(frame: StackFrame, text: str) -> StackFrame:
    unnamed = _UNNAMED.fullmatch(frame.name)
    line = line_text(text, int(unnamed[1])) if unnamed is not None else ""
    found = _DEFINITION.findall(line)
    if len(found) != 1 or len(_FUNCTION.findall(line)) != 1:
        return frame
    return replace(frame, name=found[0][0] or found[0][1])
