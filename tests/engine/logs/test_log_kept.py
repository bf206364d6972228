"""What the log says of calls and of the site, how much of it is kept, and what never is."""

from __future__ import annotations

import base64
import errno
import sqlite3
import stat
from pathlib import Path

import pytest

from lua_engine.base.caller import Caller
from lua_engine.base.errors import SiteError
from lua_engine.base.events import (
    ConfigChanged,
    DataChanged,
    Goop2Changed,
    GroupClosed,
    GroupsChanged,
    TemplateChanged,
)
from lua_engine.engine import Engine
from lua_engine.logs import pruning
from lua_engine.logs.limits import LogLimits, read_limits, write_limits
from lua_engine.logs.query import LogQuery
from lua_engine.logs.roles import RoleBook
from lua_engine.logs.writer import LogWriter
from lua_engine.testing import SiteSpec, open_site

from .conftest import SPEC, line, messages, written


def test_a_call_has_its_action_its_lines_and_the_callers_role(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        engine.calls.call("todo", {"action": "a" * 300}, caller=engine.owner)
        engine.calls.chat("!nothing here", caller=engine.peers.find("Anna"))
        engine.log.flush()
        calls = [one.call for one in engine.log.page(LogQuery()) if one.call is not None]

    assert [(one.action, one.lines, one.role) for one in calls if one] == [
        ("!nothing here", 0, ""),
        ("a" * 200, 1, "owner"),
    ]


def test_a_refusal_is_no_error(tmp_path: Path) -> None:
    spec = SiteSpec(
        functions={
            "todo": "--- @rate_limit 1\nfunction call(r) return 1 end",
            "mine": "function call(r) return goop.owner(function() return 1 end)() end",
            "only": 'function call(r) error("only the owner may do this") end',
        },
        peers=[Caller("anna-id", "Anna")],
    )
    with open_site(spec, tmp_path) as engine:
        anna = engine.peers.find("Anna")
        for name in ("todo", "todo", "only"):
            engine.calls.call(name, {}, caller=anna)
        engine.log.flush()
        found = engine.log.page(LogQuery())

    calls = [(one.script, one.level) for one in found if one.call is not None]
    assert calls == [("only", "refused"), ("todo", "refused"), ("todo", "info")]
    assert "error" not in {one.level for one in found}


def test_what_happens_to_the_site_is_kept(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        for event in (ConfigChanged(), TemplateChanged("Todo"), GroupClosed("g1"), Goop2Changed("http://x")):
            engine.bus.publish(event)
        engine.log.flush()
        found = [one.message for one in engine.log.page(LogQuery())]

    assert found == [
        "Goop2 runs this site too, at http://x",
        "group g1 was closed",
        "the site's template is now Todo",
        "goop.json was reloaded: its settings are in force",
    ]


def test_what_happens_to_groups_is_said_with_names(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        group = engine.groups.create("Garden team", "template")
        engine.groups.add(group, "anna-id")
        engine.groups.set_role(group, "anna-id", "editor")
        engine.groups.set_default_role(group, "editor")
        engine.groups.remove(group, "anna-id")
        engine.groups.close(group)
        engine.log.flush()
        found = [one.message for one in engine.log.page(LogQuery())]

    assert found[::-1] == [
        "group Garden team was made",
        "Anna joined group Garden team",
        "Anna is editor in group Garden team now",
        "who joins group Garden team is editor from now on",
        "Anna left group Garden team",
        "group Garden team was closed",
    ]


def test_a_role_is_asked_once_until_it_may_be_another() -> None:
    asked: list[str] = []

    def role_of(peer_id: str) -> str:
        asked.append(peer_id)
        return "editor"

    book = RoleBook(role_of)
    assert [book.role("a"), book.role("a"), book.role("b")] == ["editor"] * 3
    assert asked == ["a", "b"]
    book.on_event(DataChanged(("tasks",), "c1"))
    book.role("a")
    assert asked == ["a", "b"]
    for number, event in enumerate(
        (DataChanged((), "x"), DataChanged(("_groups",), "x"), GroupsChanged("g"))
    ):
        book.on_event(event)
        book.role("a")
        assert len(asked) == 3 + number


def test_limits_come_back_and_wrong_ones_are_named(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        assert engine.log.limits == LogLimits(30, 200)
        engine.log.set_limits(LogLimits(7, 50))
        with pytest.raises(SiteError, match=r"log\.days must be a whole number from 1 to 3,650, got 0"):
            engine.log.set_limits(LogLimits(0, 50))
    with Engine.open(tmp_path, watch=False) as engine:
        assert engine.log.limits == LogLimits(7, 50)
    with (
        Engine.open(tmp_path, watch=False, read_only=True) as engine,
        pytest.raises(SiteError, match="read-only"),
    ):
        engine.log.set_limits(LogLimits(8, 50))
    assert stat.S_IMODE((tmp_path / ".goop-console/log.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["{", "[]", '{"days": "many"}', '{"days": 7, "format": 9}'])
def test_a_file_of_limits_that_is_none_leaves_the_usual_ones(
    path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    file = path.with_name("log.json")
    file.write_text(text)

    assert read_limits(file) == LogLimits()
    assert "log.json" in caplog.text
    caplog.clear()
    if "format" in text:
        with pytest.raises(SiteError, match="newer Goop Console"):
            write_limits(file, LogLimits(7, 50))
        assert file.read_text() == text
    else:
        write_limits(file, LogLimits(7, 50))
        assert read_limits(file) == LogLimits(7, 50)


def test_names_that_nobody_has_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_NAMES", 3)
    old = [line("old", script=f"made-up-{number}", time=1.0) for number in range(5)]

    reader = written(path, [*old, line("new", script="todo")])

    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT id FROM names").fetchall() == [("todo",)]
    assert messages(reader, words=("todo",)) == ["new"]


def test_no_secret_of_the_site_is_in_the_log(tmp_path: Path) -> None:
    """Neither the identity's key nor what a caller sent or got is written to it."""
    spec = SiteSpec(
        functions={
            "todo": 'function call(r) goop.log.info("asked") return { token = r.params.password } end',
            "chatty": 'function call(r) goop.log.info("sent " .. goop.json.encode(r.params)) '
            'error("wrong: " .. r.params.login.password) end',
        }
    )
    with open_site(spec, tmp_path) as engine:
        engine.calls.call("todo", {"password": "hunter22-sent", "action": "list"}, caller=engine.owner)
        engine.calls.call("nowhere", {"password": "hunter22-sent"}, caller=engine.owner)
        sent = {"login": {"name": "ann", "password": "hunter22-sent"}, "apiKeys": ["hunter22-sent-2"]}
        result = engine.calls.call("chatty", sent, caller=engine.owner)
        engine.log.flush()
        key = engine.site.identity_key_path.read_bytes()
        content = b"".join(one.read_bytes() for one in (tmp_path / ".goop-console").glob("log.db*"))

    assert b"asked" in content
    assert [one.message for one in result.logs] == [
        'sent {"apiKeys":["(hidden)"],"login":{"name":"ann","password":"(hidden)"}}'
    ]
    assert b"wrong: (hidden)" in content
    assert b"hunter22-sent" not in content
    assert key not in content
    assert base64.b64encode(key) not in content
    assert key.hex().encode() not in content


def test_why_the_log_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))  # tests may run as root

    monkeypatch.setattr("lua_engine.logs.writer.open_own_database", refuse)
    writer = LogWriter(tmp_path / "log.db", LogLimits())
    writer.add(line("x"))
    writer.close()
    (said,) = [record.getMessage() for record in caplog.records if "cannot be written" in record.getMessage()]
    assert said.endswith("log.db: the log cannot be written: Permission denied")
