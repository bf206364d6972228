"""What is found in the log, and a log of an older console."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path

import pytest

from lua_engine.base.caller import Caller
from lua_engine.base.errors import StoreError
from lua_engine.logs.query import LogQuery
from lua_engine.logs.reader import LogReader
from lua_engine.logs.record import CallSummary
from lua_engine.store.own_database import open_own_database

from .conftest import line, messages, written


def test_words_are_found_in_messages_actions_and_names(path: Path) -> None:
    anna, bob = Caller("12D3anna-id", "Anna"), Caller("12D3bob-id", "Bob")
    call = CallSummary("add", "ok", 0.1, 2, 3)
    reader = written(
        path,
        [
            line("late again", script="todo", caller=anna),
            line("", script="todo", caller=bob, call=call),
            line("anna is late", script="board", caller=bob),
            line("in time", script="board", caller=anna),
        ],
    )

    assert messages(reader, words=("ANNA",)) == ["in time", "anna is late", "late again"]
    assert messages(reader, words=("anna", "late")) == ["anna is late", "late again"]
    assert messages(reader, words=("anna", "board", "in")) == ["in time"]
    assert messages(reader, words=("add",)) == [""]
    assert messages(reader, words=("bob-id",)) == ["anna is late", ""]
    assert messages(reader, words=("to",)) == ["", "late again"]
    assert messages(reader, not_words=("anna",)) == [""]
    assert messages(reader, words=("late",), not_words=("board",)) == ["late again"]
    assert reader.counts(LogQuery(words=("anna",)), 0.0, 1e11, 1) == ((3, 0),)
    assert [one.message for one in reader.after(2, LogQuery(words=("anna",)))] == ["anna is late", "in time"]


@pytest.mark.parametrize(
    "query",
    [
        LogQuery(),
        LogQuery(real_only=True),
        LogQuery(levels=("error", "refused")),
        LogQuery(words=("late",)),
        LogQuery(words=("anna", "late")),
        LogQuery(scripts=("s1",), not_words=("late",)),
        LogQuery(since=140.0, until=260.0),
    ],
)
def test_a_stretch_of_time_counts_what_a_page_shows_of_it(path: Path, query: LogQuery) -> None:
    """However the counting is done: by the index of times, or by that of words."""
    chance = random.Random(5)
    reader = written(
        path,
        [
            line(
                chance.choice(("late", "anna is late", "in time")),
                time=chance.choice((100.0, 399.0, 400.0, chance.uniform(90, 410))),
                level=chance.choice(("info", "error", "refused")),
                script=chance.choice(("s1", "s2")),
                call_id=chance.choice(("", "c1", "c2")),
                caller=Caller("12D3anna-id", chance.choice(("Anna", "Bob"))),
                is_dry=chance.random() < 0.2,
            )
            for _ in range(300)
        ],
    )
    expected = [(0, 0)] * 10
    for place in range(10):
        start, end = 100.0 + 30 * place, 130.0 + 30 * place
        inside = [one for one in reader.page(query, limit=1_000) if start <= one.time < end]
        errors = {one.call_id or one.id for one in inside if one.level == "error"}
        expected[place] = (len(inside), len(errors))

    assert reader.counts(query, 100.0, 400.0, 10) == tuple(expected)


def test_a_short_word_may_be_in_the_names_of_many(path: Path) -> None:
    reader = written(path, [line("hi", caller=Caller(f"12D3{n}", f"name {n}")) for n in range(100)])
    assert len(messages(reader)) == 100
    assert reader._connection is not None
    reader._connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 250)
    query = LogQuery(words=("a", "m", "e", "n"), not_words=("99",))
    assert len(reader.page(query)) == 99
    assert reader.counts(query, 0.0, 1e11, 1) == ((99, 0),)


def test_a_page_goes_down_to_a_record_and_calls_are_looked_up(path: Path) -> None:
    call = CallSummary("", "ok", 0.1, 2, 3, lines=1, role="editor")
    reader = written(path, [line(str(number), call_id=f"c{number % 3}") for number in range(9)])
    written(path, [line("", call_id="c1", call=call)]).close()

    assert [one.message for one in reader.page(LogQuery(), before=9, down_to=7)] == ["7", "6"]
    (found,) = reader.calls(("c1", "c2"))
    assert found.call == call


def test_the_log_of_an_older_console_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    old = open_own_database(path, 1, _FIRST_DDL)
    with old:
        old.execute(
            "INSERT INTO entries (time, level, is_call, script, caller_id, caller_label, call_id, is_dry,"
            " origin, message, action, outcome, seconds, statements, result_bytes) VALUES"
            " (?, 'info', 0, 'todo', 'a', 'Anna', 'c1', 0, 'page', 'an old line', '', '', 0, 0, 0)",
            (time.time(),),
        )
    old.close()
    with pytest.raises(StoreError, match=r"older Goop Console; one call"):
        LogReader(path).page(LogQuery())

    reader = written(path, [line("a new line")])

    assert messages(reader, words=("line",)) == ["a new line", "an old line"]
    assert messages(reader, words=("anna",)) == ["an old line"]


_FIRST_DDL = """
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, time REAL NOT NULL, level TEXT NOT NULL, is_call INTEGER NOT NULL,
  script TEXT NOT NULL, caller_id TEXT NOT NULL, caller_label TEXT NOT NULL, call_id TEXT NOT NULL,
  is_dry INTEGER NOT NULL, origin TEXT NOT NULL, message TEXT NOT NULL, action TEXT NOT NULL,
  outcome TEXT NOT NULL, seconds REAL NOT NULL, statements INTEGER NOT NULL, result_bytes INTEGER NOT NULL);
CREATE INDEX entries_time ON entries (time);
CREATE INDEX entries_call ON entries (call_id) WHERE call_id <> '';
CREATE INDEX entries_trouble ON entries (level) WHERE level <> 'info';
CREATE VIRTUAL TABLE texts USING fts5 (message, content='entries', content_rowid='id', tokenize='trigram');
CREATE TRIGGER entries_added AFTER INSERT ON entries WHEN new.message <> '' BEGIN
  INSERT INTO texts (rowid, message) VALUES (new.id, new.message);
END;
CREATE TRIGGER entries_dropped AFTER DELETE ON entries WHEN old.message <> '' BEGIN
  INSERT INTO texts (texts, rowid, message) VALUES ('delete', old.id, old.message);
END;
"""
