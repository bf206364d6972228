from __future__ import annotations

from pathlib import Path

import pytest

from lua_engine.base.events import Event, EventBus, LogRecorded, ScriptsChanged
from lua_engine.scripts.entries import ScriptInfo
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.site.folder import SiteFolder


class Site:
    """A site folder with scripts, and everything that was published about them."""

    def __init__(self, path: Path) -> None:
        (path / "site" / "lua" / "functions").mkdir(parents=True)
        (path / "goop.json").write_text('{"lua": {"enabled": true}}')
        self.folder = SiteFolder.open(path)
        self.bus = EventBus()
        self.events: list[Event] = []
        self.bus.subscribe(self.events.append)
        self.registry = ScriptRegistry(self.folder, self.bus)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write ``name`` (``todo.lua``, ``functions/todo.lua``) below the script folder."""
        path = self.folder.lua_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def info(self, name: str, kind: str = "function") -> ScriptInfo:
        return next(info for info in self.registry.infos() if (info.name, info.kind) == (name, kind))

    def logs(self) -> list[tuple[str, str]]:
        return [
            (event.line.level, event.line.message) for event in self.events if isinstance(event, LogRecorded)
        ]

    def changes(self) -> list[tuple[str, ...]]:
        return [event.names for event in self.events if isinstance(event, ScriptsChanged)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "folder")
