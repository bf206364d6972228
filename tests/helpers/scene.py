"""A bundled template on a site of its own, previewed, with a browser's page for each person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goop_console.demo import build_demo
from goop_console.preview.preview import Preview
from goop_console.preview.visitors import Visitor
from lua_engine import Engine, Peer, read_template
from tests.helpers.browser import Browser, Page

GALLERY = Path(__file__).parents[2] / "resources/templates"
PEOPLE = {"coauthor": "Anna", "viewer": "Vic", "stranger": "Sam", "friend": "Eva"}
_LIMITS = {
    "enabled": True,
    "timeout_seconds": 10,
    "rate_limit_per_peer": 100_000,
    "rate_limit_global": 100_000,
}


class Scene:
    """An open site with a preview. ``page("viewer")`` is that person's window."""

    def __init__(self, engine: Engine, preview: Preview, browser: Browser) -> None:
        self.engine = engine
        self.preview = preview
        self._browser = browser
        self._pages: list[Page] = []
        self._visitors: dict[str, Visitor] = {}

    def visitor(self, who: str) -> Visitor:
        if who not in self._visitors:
            caller = self.engine.peers.find(PEOPLE.get(who, who))
            self._visitors[who] = self.preview.invite(caller)
        return self._visitors[who]

    def page(self, who: str, place: str = "", *, width: int = 1280, height: int = 900) -> Page:
        """A window of ``who``; ``place`` is what follows the site's address."""
        address = f"{self.preview.address(self.visitor(who))}p/{self.engine.owner.id}/{place}"
        opened = self._browser.open(address, width=width, height=height)
        self._pages.append(opened)
        return opened

    def close(self) -> None:
        for page in self._pages:
            page.close()
        for page in self._pages:
            assert page.errors == [], page.errors


def peer_id(who: str) -> str:
    return f"12D3KooWPeer{PEOPLE[who]}"


def build_template(key: str, folder: Path) -> Path:
    """A site with the bundled template ``key``, its group (if it has one) filled; ``demo`` is the demo
    site.
    """
    if key == "demo":
        build_demo(folder)
        settings = json.loads((folder / "goop.json").read_text())
        settings["lua"] |= _LIMITS
        (folder / "goop.json").write_text(json.dumps(settings))
    else:
        (folder / "site").mkdir(parents=True)
        profile = {"label": "Mara", "email": "mara@example.org"}
        (folder / "goop.json").write_text(json.dumps({"profile": profile, "lua": _LIMITS}))
    with Engine.open(folder, watch=False) as engine:
        if key != "demo":
            engine.templates.install(read_template(GALLERY / key), bundled=True)
        for who, name in PEOPLE.items():
            engine.peers.add_test_peer(Peer(peer_id(who), name, f"{name.lower()}@example.org"))
        if any(one.group_type == "template" for one in engine.groups.list()):
            _fill_group(engine)
    return folder


def _fill_group(engine: Engine) -> None:
    roles = engine.groups.get(engine.groups.template_group()).roles
    writer = next((role for role in ("coauthor", "author") if role in roles), "")
    reader = "viewer" if "viewer" in roles else ""
    for who, role in (("coauthor", writer), ("viewer", reader)):
        engine.groups.add_to_template(peer_id(who), role)


@contextmanager
def open_scene(built: Path, folder: Path, browser: Browser, *, on_copy: bool = False) -> Iterator[Scene]:
    """A scene on a copy of the site ``built``."""
    shutil.copytree(built, folder)
    with Engine.open(folder) as engine, Preview(engine, on_copy=on_copy) as preview:
        scene = Scene(engine, preview, browser)
        yield scene
        scene.close()
