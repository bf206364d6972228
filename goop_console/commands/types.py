"""``types``: goop.d.lua beside the scripts."""

from __future__ import annotations

from pathlib import Path

from goop_console.commands.site_scripts import open_scripts


def run_types(site: Path) -> int:
    """Write the definitions and say where they are."""
    with open_scripts(site) as engine:
        print(f"wrote {engine.scripts.write_types()}")
    return 0
