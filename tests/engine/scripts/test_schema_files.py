"""A schema that cannot be read is named, at the start and as it changes; changes that no event
tells of are found (E6).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import Engine
from lua_engine.base.events import Event, LogRecorded
from lua_engine.scripts import watcher
from lua_engine.scripts.folder_look import FolderLook

GOOD = '{"name": "notes", "system_key": true, "columns": [{"name": "text", "type": "text"}]}'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "schemas").mkdir()
    (folder / "schemas/good.json").write_text(GOOD)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/f.lua").write_text("function call(request) return 1 end")
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1, column 2"),
        ('{"name": "x",\n "name": "y"}', 'line 2, column 2: the key "name" appears twice'),
        ("[]", "JSON object"),
        ('{"name": "x", "columns": [{"name": "a", "type": "color"}]}', "columns[0].type"),
        ('{"name": "1x", "columns": []}', "name"),
    ],
)
def test_a_broken_schema_is_named_with_place_and_key(site: Path, text: str, said: str) -> None:
    (site / "schemas/x.json").write_text(text)
    with Engine.open(site, watch=False) as engine:
        (problem,) = engine.schemas.problems()
        assert problem.file == "schemas/x.json"
        assert said in problem.message


def test_a_table_that_is_not_named_as_its_file_is_remarked(site: Path) -> None:
    (site / "schemas/Tasks.json").write_text(GOOD.replace("notes", "tasks"))
    with Engine.open(site, watch=False) as engine:
        assert engine.schemas.problems() == ()
        (remark,) = engine.schemas.remarks()
        assert remark.file == "schemas/good.json"
        assert remark.message == "the table in it is named notes: name the file notes.json, or the table good"
        lines = Lines(engine)
        (site / "schemas/odd.json").write_text(GOOD.replace("notes", "even"))
        engine.schemas.reload()
        assert lines.wait("schemas/odd.json: the table in it is named even")


class Lines:
    """The log, as it grows."""

    def __init__(self, engine: Engine) -> None:
        self._said: list[str] = []
        self._news = threading.Condition()
        engine.bus.subscribe(self._listen)

    def _listen(self, event: Event) -> None:
        if isinstance(event, LogRecorded):
            with self._news:
                self._said.append(event.line.message)
                self._news.notify_all()

    def wait(self, text: str) -> bool:
        with self._news:
            return self._news.wait_for(lambda: any(text in one for one in self._said), 60)


def test_schemas_are_watched(site: Path) -> None:
    with Engine.open(site) as engine:
        lines = Lines(engine)
        (site / "schemas/good.json").write_text("{oops")
        assert lines.wait("schemas/good.json: not valid JSON: line 1, column 2")
        assert engine.schemas.problems()
        (site / "schemas/good.json").write_text(GOOD)
        assert lines.wait("the schema can be read again")


def _rewrite(site: Path) -> None:
    (site / "site/lua/functions/f.lua").write_text("function call(request) return 22 end")


def _by_another_name(site: Path) -> None:
    (site.parent / "other.lua").hardlink_to(site / "site/lua/functions/f.lua")
    (site.parent / "other.lua").write_text("function call(request) return 22 end")


def _behind_a_link(site: Path) -> None:
    (site / "shared.lua").write_text("function call(request) return 22 end")


@pytest.mark.parametrize("change", [_rewrite, _by_another_name, _behind_a_link])
def test_a_change_that_no_event_tells_of_is_found(
    site: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(watcher.ScriptWatcher, "_on_event", lambda *_: None)  # as on NFS
    if change is _behind_a_link:
        (site / "shared.lua").write_text("function call(request) return 1 end")
        (site / "site/lua/functions/f.lua").unlink()
        (site / "site/lua/functions/f.lua").symlink_to("../../../shared.lua")
    with Engine.open(site) as engine:
        lines = Lines(engine)
        assert engine.calls.call("f", caller=engine.owner).value == 1
        change(site)
        assert lines.wait("f.lua: reloaded")
        assert engine.calls.call("f", caller=engine.owner).value == 22


def test_the_look_sees_names_sizes_and_times(tmp_path: Path) -> None:
    look, places = FolderLook(), [("scripts", tmp_path / "in", ".lua"), ("config", tmp_path / "c", "")]
    assert look.changed(places) == set()
    (tmp_path / "in").mkdir()
    assert look.changed(places) == set()
    (tmp_path / "in/a.lua").write_text("1")
    assert look.changed(places) == {"scripts"}
    (tmp_path / "c").write_text("1")
    assert look.changed(places) == {"config"}
    (tmp_path / "in/a.lua").write_text("2")
    os.utime(tmp_path / "in/a.lua", ns=(1, 1))
    assert look.changed(places) == {"scripts"}
    (tmp_path / "in/b.txt").write_text("2")
    assert look.changed(places) == set()
    (tmp_path / "in/a.lua").unlink()
    assert look.changed(places) == {"scripts"}
