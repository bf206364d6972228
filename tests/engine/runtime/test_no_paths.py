"""What a script is told, and so a visitor, never has a path of this machine in it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import Engine

TRY_ALL = """function call(request)
  local said = {}
  local function note(...)
    local t = {...}
    for i = 1, select('#', ...) do said[#said + 1] = tostring(t[i]) end
  end
  note(pcall(goop.db.query, "SELECT count(*) FROM notes"))
  note(pcall(goop.db.exec, "INSERT INTO notes (_owner, text) VALUES ('a', 'b')"))
  note(pcall(goop.orm, "notes"))
  note(pcall(function() return goop.orm("notes"):find() end))
  note(pcall(function() return goop.orm("notes"):insert({text = "x"}) end))
  note(pcall(function() return goop.config("notes", {}) end))
  note(pcall(goop.kv.set, "k", 1))
  note(pcall(goop.kv.get, "k"))
  note(pcall(goop.site.read, "index.html"))
  note(pcall(goop.group.create, "G", "chat"))
  note(pcall(goop.chat.rooms))
  note(pcall(function() return goop.template.name end))
  note(pcall(goop.listen.create, "L"))
  note(pcall(goop.listen.load, "x.mp3"))
  return said
end"""


def _garbage(site: Path) -> None:
    (site / "data.db").write_bytes(b"garbage" * 2000)


def _replaced(site: Path) -> None:
    (site / "data.db").rename(site / "old.db")
    sqlite3.connect(site / "data.db").close()


def _folder(site: Path) -> None:
    for one in site.glob("data.db*"):
        one.unlink()
    (site / "data.db").mkdir()


def _damaged_schema(site: Path) -> None:
    connection = sqlite3.connect(site / "data.db")
    with connection:
        connection.execute(
            "INSERT OR REPLACE INTO _orm_schemas (table_name, schema_json) VALUES ('notes', '{')"
        )
        connection.execute("INSERT OR REPLACE INTO _meta (key, value) VALUES ('template_manifest', '[')")
    connection.close()


def _state(site: Path) -> None:
    shutil.rmtree(site / "site/lua/.state")
    (site / "site/lua/.state").write_text("a file")


def _links(site: Path) -> None:
    shutil.rmtree(site / "site/lua/.state")
    (site / "site/lua/.state").symlink_to("/etc")
    (site / "site/index.html").unlink()
    (site / "site/index.html").symlink_to("/etc/passwd")


@pytest.mark.parametrize("harm", [_garbage, _replaced, _folder, _damaged_schema, _state, _links])
def test_messages_name_the_file_and_not_its_place(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    site = tmp_path / "home of the owner/site"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "site/index.html").write_text("hello")
    (site / "goop.json").write_text('{"lua": {"enabled": true, "timeout_seconds": 10}}')
    (site / "site/lua/functions/all.lua").write_text(TRY_ALL)
    with Engine.open(site, watch=False) as engine:
        assert engine.calls.call("all", caller=engine.owner).ok
        harm(site)
        result = engine.calls.call("all", caller=engine.owner)
    said = str(result.value) + str(result.error)
    assert "home of the owner" not in said
    assert str(tmp_path) not in said
    assert "/etc" not in said
