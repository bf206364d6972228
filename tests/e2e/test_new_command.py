"""A new site on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Console = Callable[..., "CompletedProcess[str]"]


def test_an_empty_site_and_one_with_a_template(tmp_path: Path, console: Console) -> None:
    made = console("new", tmp_path / "plain", "--label", "Mara")
    assert made.returncode == 0, made.stderr
    assert json.loads((tmp_path / "plain/goop.json").read_text())["profile"]["label"] == "Mara"
    assert console("check", tmp_path / "plain").returncode == 0
    made = console("new", tmp_path / "a todo", "--template", "todo")
    assert made.returncode == 0, made.stderr
    assert f"goop-console open '{tmp_path / 'a todo'}'" in made.stdout
    checked = console("check", tmp_path / "a todo")
    assert checked.returncode == 0
    assert "function  todo" in checked.stdout


def test_what_is_refused_leaves_nothing(tmp_path: Path, console: Console) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/photo.jpg").touch()
    (tmp_path / "nowhere").symlink_to("gone")
    for arguments, said in (
        (("full",), "not empty"),
        (("no/such/place",), "no such folder"),
        (("unmade", "--template", "no-such"), "no bundled template of that name"),
        (("unmade", "--label", "a\nb"), "profile.label must be printable"),
        (("unmade", "--label", "x" * 300), "at most 200 characters"),
        (("unmade", "--label", "\udcff"), "profile.label must be printable"),
        (("nowhere",), "a symbolic link that leads nowhere"),
    ):
        refused = console("new", tmp_path / arguments[0], *arguments[1:])
        assert (refused.returncode, refused.stdout) == (2, "")
        assert said in refused.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "xdg") == ["full", "nowhere"]
    console("new", tmp_path / "twice")
    assert "this is a site already" in console("new", tmp_path / "twice").stderr
