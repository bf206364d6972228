"""The guard (``lua/*.lua``, one noun each): a core that runs first in a fresh VM, and parts that a VM loads
when it first needs them.

All of it adds to ``guard``, the private table that the rest of the prelude builds on. Nothing in ``guard`` is
ever visible to a script, only what is put in ``guard.env``. ``G`` is the border: of Python the guard calls
``poll()`` (seconds left; 0: the time is over, -1: the call was cancelled) and ``arm()`` (imposes the memory
limit again). Only scalars cross, and neither ever raises.
"""

from __future__ import annotations

import re

from lua_engine.base.lua_files import read_lua

_CORE = ("hook", "parts", "verdict", "pace", "places", "env", "run")
PARTS = (
    "border",
    "protect",
    "texts",
    "wrapping",
    "raw",
    "remarks",
    "base",
    "numbers",
    "probes",
    "native",
    "coroutine",
    "string",
    "formats",
    "table",
    "sort",
    "shapes",
    "order",
    "ordinals",
    "math",
    "os",
)
_WORD = re.compile(r"[A-Za-z_]\w*")


def _read(name: str) -> str:
    return read_lua("lua_engine.sandbox", name)


def natives() -> dict[str, str]:
    """The local names of ``natives.lua``, and what each is in the pristine globals."""
    found: dict[str, str] = {}
    for line in _read("natives").splitlines():
        names, equals, values = line.removeprefix("local ").partition(" = ")
        if line.startswith("local ") and equals:
            found |= dict(zip(names.split(", "), values.split(", "), strict=True))
    return found


def core_source(*more: str) -> str:
    """Lua source of the core and of ``more``, each in a block of its own. In one function they share its
    constants and the natives, and none sees another's locals. ``guard``, ``G`` and ``real`` stand before it.
    """
    blocks = (*map(_read, _CORE), *more)
    return _read("natives") + "".join(f"do\n{block}end\n" for block in blocks)


def part_source(text: str) -> str:
    """Lua source of a chunk ``(guard, G)``: ``text`` with those of the natives that it names."""
    words = set(_WORD.findall(text))
    used = {name: value for name, value in natives().items() if name in words}
    declared = f"local {', '.join(used)} = {', '.join(used.values())}\n" if used else ""
    return f"local guard, G = ...\nlocal real = guard.real\nlocal _ENV = real\n{declared}{text}"


def guard_parts() -> dict[str, str]:
    """Lua source of each part of the guard, by name."""
    return {name: part_source(_read(name)) for name in PARTS}
