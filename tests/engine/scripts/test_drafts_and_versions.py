"""What is typed and not saved, and what was saved: files that survive, bounded, of this user only."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import pytest

from lua_engine import Drafts, Engine, LogQuery, SiteError
from lua_engine.scripts import versions


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drafts:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    return Drafts(tmp_path / "site")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/todo.lua").write_text("function call() return 1 end\n")
    return Engine.open(folder)


def saved(engine: Engine) -> list[str]:
    info = engine.scripts.functions()[0]
    return [engine.scripts.version_text(info, one) for one in engine.scripts.versions(info)]


def test_a_draft_is_there_until_it_is_dropped(drafts: Drafts, tmp_path: Path) -> None:
    drafts.keep("function", "todo", "a\u2029🏠\ud800", "base")
    drafts.keep("function", "todo", "newer", "base")
    drafts.keep("command", "hello", "other", "")

    again = Drafts(tmp_path / "site").all()
    assert [(one.kind, one.name, one.text, one.base) for one in again] == [
        ("command", "hello", "other", ""),
        ("function", "todo", "newer", "base"),
    ]
    assert Drafts(tmp_path / "elsewhere").all() == ()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").rglob("*.json")}
    assert modes == {0o600}
    drafts.drop("function", "todo")
    drafts.drop("function", "todo")
    assert [one.name for one in drafts.all()] == ["hello"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"5",
        b"{}",
        b'{"kind": 1}',
        b'{"format": 2, "kind": "a", "name": "b", "text": "", "base": "", "time": 1}',
        b"\xff",
        b'{"kind":"a","name":"b"}',
    ],
)
def test_a_damaged_file_is_left_alone(
    drafts: Drafts, tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    drafts.keep("function", "todo", "text", "")
    (path,) = (tmp_path / "state").rglob("*.json")
    (path.parent / "damaged.json").write_bytes(data)

    assert [one.name for one in drafts.all()] == ["todo"]
    assert "damaged.json" in caplog.text


def test_a_text_past_the_bound_is_refused(drafts: Drafts) -> None:
    with pytest.raises(SiteError, match="too long"):
        drafts.keep("function", "todo", "x" * 9_000_000, "")


def test_every_save_is_kept_and_what_another_program_wrote(engine: Engine) -> None:
    with engine:
        info = engine.scripts.functions()[0]
        assert saved(engine) == []
        engine.scripts.save(info, "function call() return 2 end\n")
        engine.scripts.save(info, "function call( -- broken\n")
        info.path.write_text("-- by another program\n")
        engine.scripts.save(info, "function call() return 3 end\n")

        assert saved(engine) == [
            "function call() return 3 end\n",
            "-- by another program\n",
            "function call( -- broken\n",
            "function call() return 2 end\n",
            "function call() return 1 end\n",
        ]
        files = list((engine.site.path / ".goop-console/versions/function-todo").iterdir())
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_versions_keep_their_order_when_the_clock_does_not(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        now = classmethod(lambda cls: moments.pop(0))  # type: ignore[assignment]

    moments = [datetime(2026, 10, 25, 2, 59)] * 4 + [datetime(2026, 10, 25, 2, 1)] * 2
    monkeypatch.setattr(versions, "datetime", Clock)
    with engine:
        info = engine.scripts.functions()[0]
        for number in range(5):
            engine.scripts.save(info, f"-- {number}\n")
        assert saved(engine)[:5] == [f"-- {number}\n" for number in (4, 3, 2, 1, 0)]


def test_a_version_that_cannot_go_keeps_no_save_from_being_loaded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".lua":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(versions, "MOST", 1)
    with engine:
        info = engine.scripts.functions()[0]
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refused)
            assert engine.scripts.save(info, "function call() return 2 end\n").problem is None
        engine.log.flush()
        lines = engine.log.page(LogQuery(levels=("warn",)))
        assert any("cannot be removed: Permission denied" in one.message for one in lines)


def test_old_versions_go(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST", 3)
    with engine:
        info = engine.scripts.functions()[0]
        for number in range(6):
            engine.scripts.save(info, f"-- {number}\n")
        assert saved(engine) == ["-- 5\n", "-- 4\n", "-- 3\n"]
        monkeypatch.setattr(versions, "MOST_BYTES", 10)
        engine.scripts.save(info, "-- 6\n")
        assert saved(engine) == ["-- 6\n", "-- 5\n"]


def test_a_folder_from_elsewhere_leads_nowhere(engine: Engine, tmp_path: Path) -> None:
    """A link in the place of the versions: nothing is written through it, and the save is done."""
    outside = tmp_path / "outside"
    outside.mkdir()
    with engine:
        home = engine.site.path / ".goop-console"
        home.mkdir(exist_ok=True)
        (home / "versions").symlink_to(outside)
        info = engine.scripts.functions()[0]
        assert engine.scripts.save(info, "function call() return 2 end\n").problem is None
        assert list(outside.iterdir()) == []
        with pytest.raises(SiteError):
            engine.scripts.versions(info)
