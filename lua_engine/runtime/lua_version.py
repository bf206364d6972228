"""Which Lua runs the scripts."""

from __future__ import annotations

import lupa.lua52


def lua_version() -> str:
    """``5.2``."""
    return ".".join(map(str, lupa.lua52.LUA_VERSION))
