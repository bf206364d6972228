"""``unfinished``: changes that came with the folder and are not carried out: look, undo, drop."""

from __future__ import annotations

import time
from pathlib import Path

from lua_engine import Engine, UndecidedChange


def run_unfinished(site: Path, undo: str, drop: str) -> int:
    """List them, or decide about one; 1 while there is one to decide about."""
    with Engine.open(site, watch=False, read_only=not (undo or drop)) as engine:
        if undo:
            engine.templates.recovery.undo_undecided(undo)
            print(f"{undo}: undone; the files are as its folder had them")
        if drop:
            engine.templates.recovery.drop_undecided(drop)
            print(f"{drop}: dropped; the site stays as it is")
        left = engine.templates.recovery.undecided()
    for change in left:
        print("\n".join(_lines(change)))
    if not left and not undo and not drop:
        print("no unfinished change")
    return 1 if left else 0


def _lines(change: UndecidedChange) -> list[str]:
    created = (
        time.strftime("%Y-%m-%d %H:%M", time.localtime(change.created_at)) if change.created_at else "no date"
    )
    lines = [f"{change.id}  {created}  {change.title or 'cannot be read'}"]
    lines += [f"  {action} {path}" for path, action in change.files]
    lines += [f"  sets {key} in goop.json" for key in change.settings]
    if change.refusal:
        lines.append(f"  cannot be undone: {change.refusal}")
    return lines
