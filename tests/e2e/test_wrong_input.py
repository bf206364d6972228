"""Every wrong input: one clear line, exit code 2, nothing changed."""

from __future__ import annotations

import json
import shutil
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
    ],
)
def test_arguments_that_cannot_be_used(console: Run, site: Path, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    done = console("call", site, "echo", *arguments)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert all(word in line for word in words), line


@pytest.mark.parametrize("config", ['{"timeout_seconds": 0}', '{"unknown_key": 1}', "nope", "[]"])
def test_config_overrides_are_checked(console: Run, site: Path, config: str) -> None:
    done = console("batch", site, "--config", config)
    assert done.returncode == 2
    assert "--config" in done.stderr


def test_a_missing_script_folder_is_said_and_the_rest_works(console: Run, site: Path) -> None:
    shutil.rmtree(site / "site/lua")
    done = console("check", site)
    assert "site/lua" in done.stdout
    called = console("call", site, "echo")
    assert called.returncode == 1
    assert "function not found: echo" in called.stderr


def test_an_unknown_command_is_refused(console: Run) -> None:
    done = console("dance")
    assert done.returncode == 2
    assert "dance" in done.stderr
