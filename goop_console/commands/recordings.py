"""The visits that ``preview --record NAME`` records: one file a visitor, written when the preview ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from goop_console.preview.visitors import Visitor
from lua_engine import CheckError, Engine, SavedCalls


class Recordings:
    """Begins at once. Raises :class:`CheckError` for a name that a file cannot have, or that is taken."""

    def __init__(self, engine: Engine, visitors: Sequence[Visitor], name: str) -> None:
        # A file of its own, written whole: also beside a console that has the site open.
        self._files = SavedCalls(engine.site.console_dir / "calls")
        self._visitors = dict(zip(_names(name, visitors), visitors, strict=True))
        for one, visitor in self._visitors.items():
            self._files.refuse_visit(one)
            visitor.recorder = engine.checks.recorder(visitor.caller)

    def save(self) -> int:
        """Write what was recorded and say so on standard error; answers how many could not be written."""
        failed = 0
        for name, visitor in self._visitors.items():
            recorder, visitor.recorder = visitor.recorder, None
            assert recorder is not None
            if not recorder.count:
                print(f"{name}: nothing recorded, the page asked for no data", file=sys.stderr)
                continue
            try:
                saved = self._files.save_visit(recorder.visit(name))
            except CheckError as error:
                print(f"{name}: not saved: {error}", file=sys.stderr)
                failed += 1
                continue
            print(f"recorded {len(saved.steps)} calls: {saved.path}", file=sys.stderr)
            for note in recorder.notes:
                print(f"  {note}", file=sys.stderr)
        return failed


def _names(name: str, visitors: Sequence[Visitor]) -> list[str]:
    """``name`` for one visitor; ``name - Anna`` for each of several, with a number where two are alike."""
    if len(visitors) == 1:
        return [name]
    found: list[str] = []
    for visitor in visitors:
        who = "".join(one if one.isalnum() or one in "._+-" else " " for one in visitor.name)[:40].strip()
        wanted = f"{name} - {who or 'visitor'}"
        number = 1 + sum(one == wanted or one.startswith(f"{wanted} (") for one in found)
        found.append(wanted if number == 1 else f"{wanted} ({number})")
    return found
