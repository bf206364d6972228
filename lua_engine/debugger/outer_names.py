"""Locals of the functions around a function that it does not use: Lua keeps no value of them for it.

Found in the bytecode. Where a function is made (CLOSURE), the locals that are alive around it are those that
its text could name; those of them that are upvalues of it are kept. For example::

    1  local total = 0              of the script
    2  local function list(params)
    3    local rows, n = {}, 0      of list
    4    each(function(row)
    5      n = n + 1                here n is kept; rows and total are not
    6    end)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lua_engine.base.lua_lines import lua_lines
from lua_engine.runtime.chunk import Function, lua_string, opcode

_CLOSURE = 37
_OWN_NAME = re.compile(r"\blocal\s+function\s+([A-Za-z_]\w*)\s*\(", re.ASCII)


@dataclass(frozen=True, slots=True)
class OuterNames:
    """``of_functions`` are locals of functions around it, ``of_script`` those of the script's top level."""

    of_functions: frozenset[str] = frozenset()
    of_script: frozenset[str] = frozenset()


def outer_names(main: Function, text: str, first_line: int, last_line: int) -> OuterNames:
    """The names that the function from ``first_line`` to ``last_line`` of ``text`` could use and does not. Of
    several such functions: what none of them uses.
    """
    found = [
        {
            name: holder
            for name, holder in around.items()
            if lua_string(name.encode()) not in one.upvalue_names
        }
        for one, around in _functions(main, text)
        if (one.first_line, one.last_line) == (first_line, last_line)
    ]
    if not found:
        return OuterNames()
    shared = {name: holder for name, holder in found[0].items() if all(name in one for one in found)}
    return OuterNames(
        frozenset(name for name, holder in shared.items() if holder is not main),
        frozenset(name for name, holder in shared.items() if holder is main),
    )


def _uses(function: Function, name: str) -> bool:
    return lua_string(name.encode()) in function.upvalue_names


def _functions(main: Function, text: str) -> Iterator[tuple[Function, Mapping[str, Function]]]:
    """Each function inside ``main`` with the locals around it, and whose they are."""
    lines = lua_lines(text)
    own_names: dict[int, list[str]] = {}  # by line: a script may have all its functions on one
    waiting: list[tuple[Function, Mapping[str, Function]]] = [(main, {})]
    while waiting:
        function, around = waiting.pop()
        for place, instruction in enumerate(function.code):
            if opcode(instruction) == _CLOSURE:
                child = function.children[instruction >> 14]
                inner = {**around, **dict.fromkeys(_alive(function, place), function)}
                # Its own name is alive one instruction later, and so would be that of `local f = function()`.
                at = child.first_line
                if at not in own_names:
                    own_names[at] = _OWN_NAME.findall(lines[at - 1])
                inner.update(dict.fromkeys(own_names[at], function))
                waiting.append((child, inner))
                yield child, inner


def _alive(function: Function, place: int) -> Iterator[str]:
    for one in function.locals:
        if one.start <= place < one.end and not one.name.startswith(b"("):
            yield one.name.rstrip(b"\0").decode()
