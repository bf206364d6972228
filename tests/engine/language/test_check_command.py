"""``goop-console check`` over the lint: its three forms, and what makes it fail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from goop_console.commands.check import run_check
from lua_engine.testing import SiteSpec, open_site

SPEC = SiteSpec(
    functions={"todo": "function call(request)\n  return goop.orm('taks'), prnt\nend\n"},
    commands={"hi": "function handle(args) return coroutine.wrap(print) end\n"},
    schemas={"tasks": {"columns": [{"name": "text", "type": "text"}], "system_key": True}},
    files={"js/app.js": 'const todo = Goop.data.api("todo");\ntodo("x");\n'},
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with open_site(SPEC, tmp_path):
        return tmp_path


def test_text(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(site) == 0

    out = capsys.readouterr().out
    assert "site/lua/functions/todo.lua:2: there is no table taks; did you mean tasks? [unknown-table]" in out
    assert "2 scripts, 0 broken, 3 warnings, 0 hints" in out


def test_strict_fails_on_a_warning(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(site, is_strict=True) == 1


def test_editor_form(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_check(site, form="editor")

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("site/lua/hi.lua:1:") or lines[0].startswith("site/lua/functions/todo.lua:2:")
    assert "site/lua/functions/todo.lua:2:28: warning: nothing defines prnt; did you mean print?" in (
        "\n".join(lines)
    )


def test_json_form(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_check(site, form="json")

    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == []
    assert {one["code"] for one in found["findings"]} == {"unknown-table", "unknown-global", "portability"}
    assert all(one["line"] >= 1 and one["column"] >= 1 for one in found["findings"])


def test_the_editors_form_has_what_does_not_compile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = tmp_path / "site/lua/functions"
    functions.mkdir(parents=True)
    (tmp_path / "goop.json").write_text("{}")
    (functions / "broken.lua").write_text("local x = 1\nfunction call( return x end\n")

    assert run_check(tmp_path, form="editor") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("site/lua/functions/broken.lua:2:1: error: <name> or '...' expected")


FOLDERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "file": (Path.touch, "is not a folder; move it away"),
    "link to nothing": (lambda place: place.symlink_to("nowhere"), "is a symbolic link that leads nowhere"),
    "circle": (
        lambda place: place.symlink_to(place.name),
        "the folder cannot be read: Too many levels of symbolic links",
    ),
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_script_folder_that_is_none_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    (tmp_path / "site/lua").mkdir(parents=True)
    (tmp_path / "goop.json").write_text("{}")
    make, words = FOLDERS[kind]
    make(tmp_path / "site/lua/functions")

    assert run_check(tmp_path) == 1
    assert f"\n  site/lua/functions: {words}\n" in capsys.readouterr().out


def test_a_damaged_schema_in_the_database_fails(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "site/lua/functions/todo.lua").write_text("function call() return goop.orm('tasks') end")
    with closing(sqlite3.connect(site / "data.db")) as database, database:
        database.execute("UPDATE _orm_schemas SET schema_json = '{bad' WHERE table_name = 'tasks'")

    assert run_check(site) == 1
    out = capsys.readouterr().out
    assert "  data.db: _orm_schemas, tasks: not valid JSON: line 1, column 2: a key must be in double" in out
    assert "goop.orm refuses tasks: data.db has no schema of it that can be read [unknown-table]" in out
    assert "1 broken schema, " in out
