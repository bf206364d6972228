"""The log on disk: what is kept, what is found, what goes, and that a call never waits for it."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.base.caller import Caller
from lua_engine.base.errors import StoreError
from lua_engine.base.records import LogLine, Origin
from lua_engine.engine import Engine
from lua_engine.logs.limits import LogLimits
from lua_engine.logs.query import LogQuery
from lua_engine.logs.reader import LogReader
from lua_engine.logs.record import MAX_TEXT, record_of_line
from lua_engine.logs.rows import DDL, VERSION
from lua_engine.logs.writer import MAX_WAITING, LogWriter
from lua_engine.store.own_database import open_own_database
from lua_engine.testing import open_site

from .conftest import SPEC, line, messages, written


def test_calls_and_lines_of_a_site_are_kept(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        anna = engine.peers.find("Anna")
        engine.calls.call("todo", {"action": "list"}, caller=anna)
        engine.calls.call("broken", {}, caller=anna)
        engine.log.flush()
        found = engine.log.page(LogQuery())

    calls = [one for one in found if one.call is not None]
    assert [(one.script, one.level, one.call.outcome) for one in reversed(calls) if one.call] == [
        ("todo", "info", "ok"),
        ("broken", "error", "error"),
    ]
    assert calls[1].call is not None
    assert calls[1].call.action == "list"
    assert [one.message for one in found if one.script == "todo" and one.call is None] == ["asked by Anna"]
    assert all(one.caller is not None and one.caller.label == "Anna" for one in calls)


def test_the_next_start_finds_it(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path) as engine:
        engine.calls.call("todo", {}, caller=engine.owner)

    with Engine.open(tmp_path, watch=False) as engine:
        assert "asked by Owner" in [one.message for one in engine.log.page(LogQuery())]


def test_the_file_is_private(path: Path) -> None:
    written(path, [line("x")]).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_git_does_not_see_the_file(path: Path) -> None:
    written(path, [line("x")]).close()

    assert "calls" in (path.parent / ".gitignore").read_text()


def test_a_site_open_for_reading_makes_no_log(tmp_path: Path) -> None:
    with open_site(SPEC, tmp_path):
        pass
    (tmp_path / ".goop-console/log.db").unlink(missing_ok=True)
    with Engine.open(tmp_path, watch=False, read_only=True) as engine:
        engine.calls.call("todo", {}, caller=engine.owner)
        assert engine.log.flush()
        assert engine.log.page(LogQuery()) == ()

    assert not (tmp_path / ".goop-console/log.db").exists()


def test_filters(path: Path) -> None:
    anna, bob = Caller("a", "Anna"), Caller("b", "Bob")
    reader = written(
        path,
        [
            line("one apple", script="fruit", caller=anna, origin=Origin.PAGE, time=10.0),
            line("two Pears", script="fruit", caller=bob, level="warn", time=20.0),
            line("a dry plum", script="tree", caller=bob, is_dry=True, level="error", time=30.0),
            line("50% of _all", script="tree", origin=Origin.CHECK, call_id="c1", time=40.0),
        ],
        LogLimits(days=100_000),
    )

    assert messages(reader, words=("pears",)) == ["two Pears"]
    assert messages(reader, words=("PPL",)) == ["one apple"]
    assert messages(reader, words=("0%",)) == ["50% of _all"]
    assert messages(reader, not_words=("apple",))[-1] == "two Pears"
    assert messages(reader, levels=("warn", "error")) == ["a dry plum", "two Pears"]
    assert messages(reader, not_scripts=("fruit",)) == ["50% of _all", "a dry plum"]
    assert messages(reader, callers=("b",), not_words=("plum",)) == ["two Pears"]
    assert messages(reader, origins=("page",)) == ["one apple"]
    assert messages(reader, calls=("c1",)) == ["50% of _all"]
    assert messages(reader, real_only=True) == ["two Pears", "one apple"]
    assert messages(reader, since=20.0, until=40.0) == ["a dry plum", "two Pears"]
    assert reader.counts(LogQuery(), 0.0, 40.0, 4) == ((0, 0), (1, 0), (1, 0), (1, 1))
    said = reader.texts(LogQuery(words=("pl",)), 20.0, 41.0)
    assert [(one.time, one.is_error, one.text) for one in said] == [(30.0, True, "a dry plum")]
    two = reader.texts(LogQuery(), 0.0, 41.0, limit=2)
    assert [one.id for one in two] == [4, 3]
    assert [one.id for one in reader.texts(LogQuery(), 0.0, 41.0, before=two[-1].id)] == [2, 1]
    assert [one.message for one in reader.around(2, 1)] == ["one apple", "two Pears", "a dry plum"]


def test_a_call_with_several_errors_is_counted_as_one(path: Path) -> None:
    lines = [
        line("careful", level="warn", call_id="c1", time=10.0),
        line("once", level="error", call_id="c1", time=11.0),
        line("twice", level="error", call_id="c1", time=12.0),
        line("another", level="error", call_id="c2", time=13.0),
        line("of no call", level="error", time=14.0),
        line("of no call", level="error", time=15.0),
    ]
    reader = written(path, lines, LogLimits(days=100_000))
    assert reader.counts(LogQuery(), 0.0, 20.0, 1) == ((6, 4),)
    assert reader.counts(LogQuery(levels=("warn",)), 0.0, 20.0, 1) == ((1, 0),)
    assert [one.call_id for one in reader.texts(LogQuery(), 0.0, 20.0)] == ["", "", "c2", "c1", "c1", "c1"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=8), st.text(min_size=1, max_size=6))
def test_a_text_is_found_where_it_stands(texts: list[str], wanted: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts = [one.replace("\x00", "0") for one in [*texts, f"<{wanted}>"]]
        wanted = wanted.replace("\x00", "0")
        reader = written(Path(folder) / ".goop-console/log.db", [line(one) for one in texts])
        found = messages(reader, words=(wanted,))
        reader.close()

    assert f"<{wanted}>" in found
    assert all(wanted.casefold()[0] in one.casefold() or wanted.lower() in one.lower() for one in found)


def test_pages_go_back_in_time(path: Path) -> None:
    reader = written(path, [line(str(number)) for number in range(25)])

    first = reader.page(LogQuery(), limit=10)
    second = reader.page(LogQuery(), before=first[-1].id, limit=10)

    assert [one.message for one in (*first, *second)] == [str(number) for number in range(24, 4, -1)]


def test_old_records_and_a_large_file_are_dropped(path: Path) -> None:
    old = line("old", time=time.time() - 3 * 86_400)
    many = [line("x" * 5_000) for _ in range(1_000)]

    reader = written(path, [old, *many], LogLimits(days=2, megabytes=1))

    found = reader.page(LogQuery(), limit=10_000)
    assert 0 < len(found) < 300
    assert all(one.message != "old" for one in found)


def test_a_flood_is_bounded_and_said(path: Path) -> None:
    writer = LogWriter(path, LogLimits())
    huge = line("y" * 60_000)
    for _ in range(3 * MAX_WAITING // 60_000):
        writer.add(huge)
    writer.close()

    reader = LogReader(path)
    assert any("arrived faster than they could be written" in one.message for one in reader.page(LogQuery()))


def test_a_long_line_is_cut_and_says_so() -> None:
    record = record_of_line(LogLine(0.0, "info", "z" * (MAX_TEXT + 5)))

    assert record.message.endswith("... (5 more characters)")


def test_a_newer_file_is_refused_and_untouched(path: Path) -> None:
    path.parent.mkdir()
    open_own_database(path, VERSION + 1, DDL).close()
    before = path.read_bytes()

    reader = written(path, [line("x")])
    with pytest.raises(StoreError, match="newer Goop Console"):
        reader.page(LogQuery())

    assert path.read_bytes() == before


def test_no_log_yet(path: Path) -> None:
    assert LogReader(path).page(LogQuery()) == ()
    assert LogReader(path).last_id() == 0


def test_a_pipe_is_no_log(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)

    with pytest.raises(Exception, match="pipe"):
        LogReader(path).page(LogQuery())
