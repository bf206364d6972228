"""The guarded pattern functions (``lua/patterns.lua`` and the files it is made of) as one chunk of Lua
source.
"""

from __future__ import annotations

from lua_engine.base.lua_files import read_lua

_PARTS = (
    "plain",
    "parse",
    "analysis",
    "cost",
    "places",
    "matcher",
    "replace",
)  # each one may use those before it


def _read(name: str) -> str:
    return read_lua("lua_engine.sandbox", name)


def pattern_source() -> str:
    """Lua source of a chunk ``(native, charge) -> {find, match, gmatch, gsub, forced}``; see
    ``lua/patterns.lua``.

    ``native`` holds the pristine functions (``find``, ``match``, ``gmatch``, ``gsub``, ``byte``, ``sub``,
    ``char``, ``rep``, ``concat``, ``next``, ``type``, ``tonumber``, ``error``, ``select``, ``unpack``)
    and ``text_of(value)``, the text of a value that counts as one, or nil; the chunk uses nothing else.
    """
    parts = "".join(
        f"parts.{name} = (function(...)\n{_read(f'pattern_{name}')}\nend)(native, charge, parts)\n"
        for name in _PARTS
    )
    return (
        f"local native, charge = ...\nlocal parts = {{}}\n{parts}return (function(...)\n"
        f"{_read('patterns')}\nend)(native, charge, parts)\n"
    )
