"""``check``: every script compiled and listed, with its problems. Works while Lua is disabled:
nothing runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from goop_console.commands.site_scripts import open_scripts
from lua_engine import LuaSettings, ScriptInfo


def _rate(info: ScriptInfo, settings: LuaSettings) -> str:
    if info.rate_limit is None:
        return f"{settings.rate_limit_per_peer}/min (default)"
    return "unlimited" if info.rate_limit == 0 else f"{info.rate_limit}/min"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def run_check(site: Path) -> int:
    """1 when a script does not compile, or a change that came with the folder waits for a decision."""
    with open_scripts(site) as engine:
        scripts, settings = engine.scripts.all(), engine.settings.lua
        notes = [str(problem) for problem in engine.scripts.problems()]
        undecided = engine.templates.undecided()
    rows = [("KIND", "NAME", "RATE LIMIT", "STATE", "DESCRIPTION")]
    rows += [(info.kind, info.name, _rate(info, settings), info.state, info.description) for info in scripts]
    print("\n".join(_table(rows)))
    for info in scripts:
        notes += [str(problem) for problem in ((info.problem,) if info.problem else ()) + info.warnings]
    if notes:
        print("\nproblems:")
        print("\n".join(f"  {note}" for note in notes))
    broken = sum(info.problem is not None for info in scripts)
    print(
        f"\n{len(scripts)} scripts, {broken} broken; Lua is "
        f"{'on' if settings.enabled else 'off (lua.enabled in goop.json)'}"
    )
    return 1 if broken or undecided else 0
