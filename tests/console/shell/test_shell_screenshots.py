"""The tour, as ``goop-console screenshots`` runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.helpers.nightly import nightly

from .conftest import MakeSite

WANTED = {"start", "scripts", "data", "calls", "site", "logs", "call-result", "logs-of-a-call",
    "broken-script",
    "lua-off"} | {
    "groups", "room", "listening", "peers", "templates", "template-details", "template-plan",
    "template-result", "template-backup",
    "debug-paused", "debug-past", "debug-reach",
    "everyone", "saved-calls", "history", "fire",
}  # fmt: skip


THEME = nightly("dark", "both")  # each change of the theme dresses the whole window anew


def screenshots(site: Path, out: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "goop_console", "screenshots", str(site), "--out", str(out)]
    command += ["--theme", THEME]
    return subprocess.run(
        command,
        env={**environment, "XDG_CONFIG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=1_700,
        check=False,
    )


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.timeout(1_800)
def test_the_tour_shows_every_place_and_leaves_the_site_alone(
    qapp: QApplication, make_site: MakeSite, tmp_path: Path, own_folders: Path
) -> None:
    site = make_site()
    (site / "site" / "lua" / "functions" / "fails.lua").write_text(
        'local dispatch = goop.route({ go = function() goop.log.warn("soon") error("it went wrong") end,\n'
        'look = function() return goop.db.query("SELECT name FROM _tables") end })\n'
        "function call(request) return dispatch(request) end\n"
    )
    before = fingerprints(site)
    done = screenshots(site, tmp_path / "out", own_folders)
    assert done.returncode == 0, done.stderr
    pictures = sorted((tmp_path / "out").iterdir())
    names = {path.stem.split("-", 1)[1].rsplit("-", 1)[0] for path in pictures}
    assert names >= WANTED
    assert "call-error" in names
    themes = {path.stem.rsplit("-", 1)[1] for path in pictures}
    assert themes == ({"light", "dark"} if THEME == "both" else {THEME})
    for path in pictures:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1280, 800)
        corner = picture.pixelColor(1270, 400).lightness()
        assert corner > 200 if path.stem.endswith("light") else corner < 60, path.name
    assert fingerprints(site) == before


def test_a_folder_that_is_no_site_is_said_at_once(tmp_path: Path, own_folders: Path) -> None:
    done = screenshots(tmp_path / "nowhere", tmp_path / "out", own_folders)
    assert done.returncode == 2
    assert str(tmp_path / "nowhere") in done.stderr
    assert not (tmp_path / "out").exists()
