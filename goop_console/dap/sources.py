"""Between the paths of an editor and the scripts of a site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lua_engine import DebugSession, Engine, ScriptInfo


class Sources:
    """The site's scripts as sources of the protocol. A script that was edited after its call began is shown
    as it runs: then the editor asks for its text.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def script_of(self, path: str) -> str:
        """``function/todo`` for its path; empty for a file that is no script of the site."""
        wanted = Path(path).resolve()
        found = (info for info in self._engine.scripts.all() if info.path.resolve() == wanted)
        return next((f"{info.kind}/{info.name}" for info in found), "")

    def all(self) -> list[dict[str, Any]]:
        """Every script."""
        return [{"name": info.path.name, "path": str(info.path)} for info in self._engine.scripts.all()]

    def of_frame(self, session: DebugSession, source: str) -> dict[str, Any]:
        """The source of a frame of ``session``, whose chunk is named ``source``."""
        program = session.program
        if program is None or source != program.script.chunk_name:
            return {"name": source, "presentationHint": "deemphasize"}
        info = self._info(program.script.kind, program.script.name)
        if info is None or self._engine.scripts.source(info) != program.script.text:
            return {"name": f"{source} (as it runs)", "sourceReference": 1}
        return {"name": info.path.name, "path": str(info.path)}

    def _info(self, kind: str, name: str) -> ScriptInfo | None:
        found = (one for one in self._engine.scripts.all() if (one.kind, one.name) == (kind, name))
        return next(found, None)
