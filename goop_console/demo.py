"""The demo site: a copy of ``resources/demo`` in the user's data folder, with a database and an identity of
its own.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from goop_console.resources import resource
from lua_engine import Engine, KnownError, Peer

_NOT_IN_A_SITE = ("manifest.json", "peers.json")


def demo_folder() -> Path:
    """Where the copy lives: ``$XDG_DATA_HOME/goop-console/demo``."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "goop-console" / "demo"


def demo_site(*, fresh: bool = False) -> Path:
    """The demo site's folder, made when it is not there; ``fresh`` makes it anew. Raises KnownError when it
    cannot be made.
    """
    site = demo_folder()
    if site.exists() and not fresh:
        if not (site / "goop.json").is_file():
            raise KnownError(
                f"{site}: the copy of the demo has no goop.json; make a new copy with: "
                "goop-console demo --fresh"
            )
        return site
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        # Built beside its place and then moved: a half-made demo is never found.
        with tempfile.TemporaryDirectory(dir=site.parent, prefix=".demo-") as workshop:
            staged = Path(workshop) / "demo"
            build_demo(staged)
            if site.exists():
                site.rename(Path(workshop) / "old")
            staged.rename(site)
    except OSError as error:
        raise KnownError(f"{site}: the demo site cannot be created: {error.strerror}") from error
    return site


def build_demo(folder: Path) -> None:
    """Make a demo site at ``folder``, which must not exist yet."""
    source = resource("demo")
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*_NOT_IN_A_SITE))
    with Engine.open(folder, watch=False) as engine:
        seeded = engine.templates.set_up(source / "manifest.json")
        if seeded is None or seeded.error is not None:
            raise KnownError(
                f"{folder}: the demo's seed function failed: "
                f"{seeded.error.message if seeded and seeded.error else 'missing'}"
            )
        for peer in json.loads((source / "peers.json").read_text(encoding="utf-8")):
            engine.peers.add_test_peer(Peer(peer["id"], peer["label"], peer["email"], "test"))
            if peer["role"]:
                engine.groups.add_to_template(peer["id"], peer["role"])
