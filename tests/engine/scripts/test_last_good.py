"""The last good version of a script survives a restart, and no foreign folder brings one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lua_engine import Engine

GOOD = "function call(request) return 'works' end"
BROKEN = "function call(request) return end end"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/f.lua").write_text(GOOD)
    return folder


def answers(site: Path, *, lock: bool = True) -> tuple[str, object]:
    """The script's state, and what it answers."""
    with Engine.open(site, watch=False, lock=lock) as engine:
        (info,) = engine.scripts.all()
        return info.state, engine.calls.call("f", caller=engine.owner).value


def test_it_answers_after_a_restart(site: Path) -> None:
    assert answers(site) == ("ok", "works")
    (site / "site/lua/functions/f.lua").write_text(BROKEN)
    assert answers(site) == ("stale", "works")
    assert answers(site, lock=False) == ("stale", "works")
    assert answers(site) == ("stale", "works")  # and after the next one
    (site / "site/lua/functions/f.lua").write_text(GOOD.replace("works", "again"))
    assert answers(site) == ("ok", "again")
    (site / "site/lua/functions/f.lua").unlink()
    with Engine.open(site, watch=False, lock=True) as engine:
        assert engine.scripts.all() == ()
    (site / "site/lua/functions/f.lua").write_text(BROKEN)
    assert answers(site) == ("broken", None)


def test_a_command_line_that_only_reads_writes_nothing(site: Path) -> None:
    answers(site, lock=False)
    assert not (site / ".goop-console/last-good.json").exists()


def test_what_another_made_is_not_run(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(site)
    (site / "site/lua/functions/f.lua").write_text(BROKEN)
    kept = site / ".goop-console/last-good.json"
    tree = json.loads(kept.read_text())
    edited = json.loads(kept.read_text().replace("works", "stolen"))
    for data in (json.dumps(edited), json.dumps({**tree, "tag": 5}), "{", "[]", json.dumps({"scripts": 5})):
        kept.write_text(data)
        assert answers(site, lock=False) == ("broken", None)
    kept.write_text(json.dumps(tree))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    assert answers(site, lock=False) == ("broken", None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_a_line_is_one(site: Path, end: str) -> None:
    source = ["--- Counts", "--- @rate_limit 7", "-- a remark", "function call(request) return 5 end", ""]
    (site / "site/lua/functions/f.lua").write_bytes(end.join(source).encode())
    with Engine.open(site, watch=False) as engine:
        (info,) = engine.scripts.all()
        assert (info.description, info.rate_limit, info.entry_points) == ("Counts", 7, ("call",))
        assert engine.calls.call("f", caller=engine.owner).value == 5
