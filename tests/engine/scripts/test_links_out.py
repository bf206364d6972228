"""A folder of somebody else's has links out of itself: nothing behind them is written, moved or copied."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import Engine, ScriptEdit
from lua_engine.base.errors import KnownError, SiteError
from lua_engine.testing import SiteSpec, open_site

STATE = '{"secret": "x"}'
OUTSIDE = {
    "f.lua": "function call() return 1 end",
    "hello.lua": "function handle() return 1 end",
    "f.json": STATE,
    "goop.d.lua": "-- precious",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site folder beside a folder ``outside``; ``f`` is a data function and a chat command."""
    path = tmp_path / "site"
    for name, text in {
        "goop.json": '{"lua": {"enabled": true}}',
        "site/lua/f.lua": "function handle() end",
        "site/lua/hello.lua": "function handle() end",
        "site/lua/functions/f.lua": "function call() end",
        "site/lua/.state/f.json": STATE,
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    (tmp_path / "outside").mkdir()
    for name, text in OUTSIDE.items():
        (tmp_path / "outside" / name).write_text(text)
    return path


def link_out(site: Path, name: str) -> None:
    """``name`` of the site is a link to the folder ``outside``, or to the file of its name there."""
    place, outside = site / name, site.parent / "outside"
    is_folder = place.is_dir()
    if is_folder:
        shutil.rmtree(place)
    else:
        place.unlink()
    place.symlink_to(outside if is_folder else outside / place.name)


def script(engine: Engine, name: str, kind: str = "function") -> object:
    return next(one for one in engine.scripts.all() if (one.name, one.kind) == (name, kind))


def outside(site: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in (site.parent / "outside").iterdir()}


WORK: dict[str, Callable[[Engine], object]] = {
    "new": lambda engine: engine.scripts.create("new", "function", "function call() end"),
    "save": lambda engine: engine.scripts.save(script(engine, "f"), "function call() return 2 end"),
    "save command": lambda engine: engine.scripts.save(script(engine, "hello", "command"), "x = 1"),
    "save all": lambda engine: engine.scripts.save_all(
        [ScriptEdit(script(engine, "f"), OUTSIDE["f.lua"], "function call() return 2 end")]
    ),
    "rename": lambda engine: engine.scripts.rename(script(engine, "f"), "g"),
    "delete": lambda engine: engine.scripts.delete(script(engine, "f")),
}


@pytest.mark.parametrize(
    ("linked", "work"),
    [
        ("site/lua/functions", "new"),
        ("site/lua/functions", "save"),
        ("site/lua/functions", "save all"),
        ("site/lua/functions", "rename"),
        ("site/lua/functions", "delete"),
        ("site/lua/functions/f.lua", "save"),
        ("site/lua/functions/f.lua", "save all"),
        ("site/lua/hello.lua", "save command"),
        ("site/lua/.state", "rename"),
        ("site/lua/.state/f.json", "rename"),
    ],
)
def test_nothing_is_done_behind_a_link_that_leads_out(site: Path, linked: str, work: str) -> None:
    link_out(site, linked)
    with (
        Engine.open(site, watch=False) as engine,
        pytest.raises(SiteError, match="leads out of the site folder"),
    ):
        WORK[work](engine)
    assert outside(site) == OUTSIDE
    assert STATE not in [one.read_text() for one in (site / "site/lua").glob(".state/g.json")]


def test_a_schema_is_not_written_behind_a_link_that_leads_out(tmp_path: Path) -> None:
    schema = {"system_key": True, "columns": [{"name": "title", "type": "text"}]}
    with open_site(SiteSpec({}, schemas={"posts": schema})) as engine:
        place, text = engine.site.schemas_dir, engine.site.schemas_dir.joinpath("posts.json").read_text()
        shutil.rmtree(place)
        place.symlink_to(tmp_path)
        changed = {**json.loads(text), "columns": [*schema["columns"], {"name": "body", "type": "text"}]}
        with pytest.raises(KnownError, match="leads out of the site folder"):
            engine.data.change_schema("posts", json.dumps(changed))
        assert engine.tables.get("posts").schema.by_name.keys() == {"title"}
    assert list(tmp_path.iterdir()) == []


def test_the_definitions_take_the_place_of_a_link(site: Path) -> None:
    (site / "site/lua/goop.d.lua").write_text("")
    link_out(site, "site/lua/goop.d.lua")
    with Engine.open(site, watch=False) as engine:
        path = engine.scripts.write_types()
    assert outside(site) == OUTSIDE
    assert not path.is_symlink()
    assert path.read_text().startswith("---@meta")


def test_a_link_that_stays_inside_may_be_written_through(site: Path) -> None:
    """Some keep their scripts elsewhere in the folder."""
    os.rename(site / "site/lua/functions/f.lua", site / "kept.lua")
    (site / "site/lua/functions/f.lua").symlink_to(site / "kept.lua")
    with Engine.open(site, watch=False) as engine:
        engine.scripts.save(script(engine, "f"), "function call() return 2 end")
        assert engine.calls.call("f", caller=engine.owner).value == 2
    assert (site / "kept.lua").read_text() == "function call() return 2 end"
    assert (site / "site/lua/functions/f.lua").is_symlink()
