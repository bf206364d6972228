"""``types``: goop.d.lua beside the scripts."""

from __future__ import annotations

from pathlib import Path

from lua_engine import Engine


def run_types(site: Path) -> int:
    """Write the definitions and say where they are."""
    with Engine.open(site, watch=False) as engine:
        print(f"wrote {engine.write_types()}")
    return 0
