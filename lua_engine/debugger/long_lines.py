"""A line of very many slow instructions, cut into pieces, so that the line hook is called within it.

While a call is stepped through or recorded, Lua counts no instructions (sandbox/lua/hook.lua says why):
whoever hears of lines looks at the clock there. ``x = s + 0 x = s + 0 ...`` ten thousand times on one line
would have one event, and may take minutes where ``s`` is long. So every 50 instructions of such a line one
that does nothing is put in, on a line that is none: the line's own number plus :data:`MARK`. Lua announces
that, and then the line itself once more; the listener in runtime/lua/debug_stop.lua looks around and takes
neither for a step.
"""

from __future__ import annotations

from itertools import groupby

from lua_engine.debugger.patching import Patch, apply, is_free
from lua_engine.runtime import chunk as lua
from lua_engine.runtime.chunk import Function, opcode

MARK = 1 << 24
"""More than a script has lines."""

_LONG, _EVERY = 100, 50  # instructions
_SLOW = frozenset((*range(6, 9), 10, 12, *range(13, 20), 22, lua.EQ, lua.LT, lua.LE, lua.FORPREP))
"""Those that may go through a whole text: arithmetic, comparison, ``..``, texts as keys of tables. A call
pays for its own time.
"""
_NOTHING = lua.abc(lua.MOVE, 0, 0, 0)  # each function has two registers at least


def cut_long_lines(main: Function) -> bool:
    """Whether there was one."""
    were_long = [_cut(function) for function in main.everything()]
    return any(were_long)


def _cut(function: Function) -> bool:
    places = _places(function)
    if not places:
        return False
    try:
        apply(function, Patch(before={place: [_NOTHING] for place in places}))
    except ValueError:  # no room for more between a jump and its target: then without
        shifts = [0] * len(places)
    else:
        shifts = list(range(len(places)))
    for place, shift in zip(places, shifts, strict=True):
        function.lines[place + shift] += MARK
    return True


def _places(function: Function) -> list[int]:
    found: list[int] = []
    for _line, run in groupby(range(len(function.lines)), key=function.lines.__getitem__):
        places = list(run)
        if sum(opcode(function.code[place]) in _SLOW for place in places) <= _LONG:
            continue
        last = places[0]
        for place in places[_EVERY:]:
            if place - last >= _EVERY and is_free(function.code, place):
                found.append(place)
                last = place
    return found
