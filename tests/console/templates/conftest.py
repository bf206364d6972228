"""A real site folder, the real engine, and the Templates tab over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.tab import TabContext
from goop_console.tabs.templates.tab import TemplatesTab
from lua_engine import Engine
from tests.helpers.small_template import template_files, write_files


class TemplateSite:
    """The open site, templates beside it, and what the tab told and where it led."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "place"
        (self.folder / "site").mkdir(parents=True)
        (self.folder / "goop.json").write_text(
            json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True}})
        )
        (self.folder / "site" / "index.html").write_text("<h1>Mine</h1>\n<p>as it was</p>\n")
        self.engine = Engine.open(self.folder, watch=False)
        self.links: list[tuple[str, dict[str, Any]]] = []
        self.told: list[str] = []
        self.failed: list[str] = []

    def reopen(self, *, read_only: bool) -> None:
        self.engine.close()
        self.engine = Engine.open(self.folder, watch=False, read_only=read_only)

    def template(self, name: str = "Notes", folder: str = "", **changed: str | bytes | None) -> Path:
        """A template folder beside the site; ``__`` in a name stands for ``/`` and
        ``_dot_`` for the suffix.
        """
        files = template_files(name)
        for key, value in changed.items():
            path = key.replace("__", "/").replace("_dot_", ".")
            files.pop(path, None)
            if value is not None:
                files[path] = value if isinstance(value, bytes) else value.encode()
        return write_files(self.root / (folder or name.lower()), files)

    def page(self) -> str:
        return (self.folder / "site" / "index.html").read_text()

    def installed(self) -> str:
        manifest = self.engine.templates.installed()
        return manifest.name if manifest is not None else ""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[TemplateSite]:
    one = TemplateSite(tmp_path)
    yield one
    one.engine.close()


OpenTab = Callable[[], TemplatesTab]


@pytest.fixture
def open_tab(qtbot: QtBot, site: TemplateSite, tmp_path: Path) -> Iterator[OpenTab]:
    """Makes the tab; called a second time, it is what a new start of the program shows."""
    open_sessions: list[Session] = []
    operations, notify = Operations(), Notifier()
    notify.info_posted.connect(site.told.append)
    notify.error_posted.connect(lambda title, detail: site.failed.append(f"{title}: {detail}"))

    def navigate(tab_id: str, **target: Any) -> None:
        site.links.append((tab_id, target))

    def make() -> TemplatesTab:
        session = Session(site.engine)
        open_sessions.append(session)
        context = TabContext(
            session, operations, AppSettings(tmp_path / "settings.json"), Theme(), notify, navigate
        )
        tab = TemplatesTab(context)
        qtbot.addWidget(tab)
        tab.resize(1200, 760)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    for session in open_sessions:
        session.close()
    operations.close()
