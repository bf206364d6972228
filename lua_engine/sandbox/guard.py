"""The guard: what runs first in a fresh VM and with the real globals (``lua/*.lua``, one noun each).

Each part adds to ``guard``, the private table that the rest of the prelude
builds on. Nothing in ``guard`` is ever visible to a script, only the closures put in ``guard.env``. ``G`` is
the border: of Python the guard calls ``poll()`` (seconds left; 0: the time is over, -1: the call was
cancelled) and ``arm()`` (imposes the memory limit again). Only scalars cross, and neither ever raises.
"""

from __future__ import annotations

from importlib.resources import files

_PARTS = (
    "hook",
    "verdict",
    "pace",
    "border",
    "remarks",
    "protect",
    "base",
    "numbers",
    "probes",
    "coroutines",
    "strings",
    "tables",
    "sort",
    "order",
    "maths",
    "os",
    "run",
)  # each one may use those before it


def _read(name: str) -> str:
    return files("lua_engine.sandbox").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


def guard_source() -> str:
    """Lua source of a chunk ``(guard, G)``: the natives, then the parts in their order, each in its own
    block. In one function they share its constants and the natives, and none sees another's locals.
    """
    return _read("natives") + "".join(f"do\n{_read(name)}end\n" for name in _PARTS)
