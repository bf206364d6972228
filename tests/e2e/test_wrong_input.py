"""Every wrong input: one clear line, exit code 2, nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def spoil(site: Path, how: str) -> Path:
    config = site / "goop.json"
    match how:
        case "no folder":
            shutil.rmtree(site)
        case "no goop.json":
            config.unlink()
        case "broken JSON":
            config.write_text('{\n  "lua": {\n    "enabled": tru\n  }\n}')
        case "out of bounds":
            config.write_text(json.dumps({"lua": {"timeout_seconds": 90}}))
        case "wrong type":
            config.write_text(json.dumps({"lua": {"max_memory_mb": "10"}}))
        case "no database":
            (site / "data.db").write_bytes(b"this is no database, but it is long enough to be looked at" * 30)
        case "bad key":
            (site / "data").mkdir()
            (site / "data/identity.key").write_bytes(b"\x01" * 68)
        case "no script folder":
            shutil.rmtree(site / "site/lua")
        case "script_dir outside":
            config.write_text(json.dumps({"lua": {"script_dir": "../elsewhere"}}))
    return site


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("no folder", ("no such folder", "site folder")),
        ("no goop.json", ("goop.json",)),
        ("broken JSON", ("goop.json", "line 3")),
        ("out of bounds", ("goop.json", "lua.timeout_seconds", "90", "between 1 and 60")),
        ("wrong type", ("goop.json", "lua.max_memory_mb", "10")),
        ("no database", ("data.db",)),
        ("bad key", ("identity.key",)),
        ("no script folder", ("lua.script_dir", "site/lua", "create it")),
        ("script_dir outside", ("lua.script_dir", "../elsewhere")),
    ],
)
def test_a_site_that_cannot_be_used(console: Run, site: Path, how: str, words: tuple[str, ...]) -> None:
    done = console("call", spoil(site, how), "echo")
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("goop-console: ")
    assert all(word in line for word in words), line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--params", "{oops"), ("--params", "not JSON")),
        (("--params", "[1]"), ("--params", "object")),
        (("--params", '{"x": Infinity}'), ("--params", "Infinity")),
        (("--as", "Nobody"), ("Nobody", "owner")),
        (("--as", '{"id": 5}'), ("--as", "caller.id must be a string")),
        (("--as", "{Bob}"), ("--as", "not JSON")),
    ],
)
def test_arguments_that_cannot_be_used(
    console: Run, site: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = console("call", site, "echo", *arguments)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert all(word in line for word in words), line


@pytest.mark.parametrize("config", ['{"timeout_seconds": 0}', '{"unknown_key": 1}', "nope", "[]"])
def test_config_overrides_are_checked(console: Run, site: Path, config: str) -> None:
    done = console("batch", site, "--config", config)
    assert done.returncode == 2
    assert "--config" in done.stderr


@pytest.mark.parametrize(
    "command", [("chat", "!hello"), ("check",), ("types",)], ids=lambda command: command[0]
)
def test_a_missing_script_folder_is_said_by_every_command_about_scripts(
    console: Run, site: Path, command: tuple[str, ...]
) -> None:
    name, *rest = command
    done = console(name, spoil(site, "no script folder"), *rest)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.strip().splitlines()
    assert "there is no folder" in line


def test_a_batch_works_without_scripts_for_a_template_may_bring_them(console: Run, site: Path) -> None:
    done = console("batch", spoil(site, "no script folder"), stdin='{"op": "functions"}')
    assert (done.returncode, json.loads(done.stdout)["value"]) == (0, [])


def as_an_ordinary_user() -> list[str]:
    """A prefix that makes root obey permission bits; skips where it cannot be had."""
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if (
        shutil.which("setpriv") is None
        or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("root cannot give up its right to write everywhere here")
    return prefix


def in_a_read_only_folder(site: Path, name: str, *rest: str) -> subprocess.CompletedProcess[str]:
    program = [*as_an_ordinary_user(), sys.executable, "-m", "goop_console"]
    site.chmod(0o555)
    try:
        return subprocess.run(
            [*program, name, str(site), *rest], input="", capture_output=True, text=True, check=False
        )
    finally:
        site.chmod(0o755)


@pytest.mark.parametrize("command", [("call", "echo"), ("batch",)], ids=lambda command: command[0])
def test_a_read_only_folder(site: Path, command: tuple[str, ...]) -> None:
    done = in_a_read_only_folder(site, *command)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == f"goop-console: {site}: the folder is read-only; "
        "make it writable for this user, or work on a copy\n"
    )


def test_a_read_only_folder_can_be_checked(site: Path) -> None:
    done = in_a_read_only_folder(site, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 broken" in done.stdout


def test_pictures_need_a_folder_that_can_be_made(console: Run, site: Path) -> None:
    done = console("screenshots", site, "--out", site / "goop.json" / "pictures")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"goop-console: {site / 'goop.json' / 'pictures'}: ")
    assert "Not a directory" in line


@pytest.mark.skipif(sys.platform != "linux", reason="a display is asked for by the environment on Linux only")
@pytest.mark.parametrize("arguments", [(), ("open",), ("./site",)], ids=" ".join)
def test_a_window_needs_a_display(arguments: tuple[str, ...], tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "goop_console", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("goop-console: no display")


def test_a_demo_that_lost_its_goop_json_is_not_thrown_away(console: Run, tmp_path: Path) -> None:
    copy = tmp_path / "xdg/goop-console/demo"
    copy.mkdir(parents=True)
    (copy / "mine.txt").write_text("mine")
    done = console("demo", "--screenshots", tmp_path / "out")
    assert done.returncode == 2
    assert "demo --fresh" in done.stderr
    assert (copy / "mine.txt").read_text() == "mine"


def test_an_unknown_command_is_refused(console: Run) -> None:
    done = console("dance")
    assert done.returncode == 2
    assert "dance" in done.stderr
