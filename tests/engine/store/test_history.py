"""The history of calls: complete, searched, bounded, and read back as it was."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import (
    Caller,
    CallError,
    CallHistory,
    CallResult,
    ChangedRow,
    DataDiff,
    Effect,
    ErrorKind,
    LogLine,
    Origin,
    PortabilityNote,
    RateState,
    Request,
    SqlStatement,
    StoreError,
    TableDiff,
    Timings,
)
from lua_engine.history.call_text import MAX_BODY, encode

ANNA = Caller("peer-anna", "Anna", "anna@example.org")
WHOLE = CallResult(
    "c1", Request.call("notes", {"action": "add", "text": "Milk"}), ANNA, True, "notes",
    {"id": 5, "x": [1.5, None, "ü"]}, None,
    (LogLine(1.0, "warn", "careful", "notes", ANNA, "c1", True, Origin.WINDOW),),
    (SqlStatement("SELECT ?", (b"\x00\xff", "a", None), 1, 0.25),),
    Timings(0.5, 0.1, 0.1, 0.1, 0.1, 0.1), 1234, 100.0,
    (Effect("kv", "kv notes: a = 1", {"key": "a", "value": 1}),), RateState(1, 30, 2, 120, True),
    is_dry=True, origin=Origin.WINDOW, about_caller=True, warnings=("result.a: left out",),
    notes=(PortabilityNote("coroutine", 12, "`coroutine.wrap`", "Works here, not on Goop2", "a table"),),
)  # fmt: skip
DIFF = DataDiff(
    (
        TableDiff(
            "notes",
            "_id",
            ("_id", "a"),
            ((1, b"\x01"),),
            (ChangedRow(2, (2, "x"), (2, None), ("a",)),),
            ((3, "gone"),),
            left_out=4,
        ),
    )
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[CallHistory]:
    made = CallHistory(
        tmp_path / ".goop-console" / "history.db", lambda peer: "coauthor" if peer == ANNA.id else ""
    )
    yield made
    made.close()


def result(**fields: Any) -> CallResult:
    return replace(WHOLE, **fields)


def test_a_call_comes_back_whole(history: CallHistory) -> None:
    entry_id = history.add(result(diff=DIFF))
    record = history.entry(entry_id)
    assert (record.result, record.note) == (result(diff=DIFF), "")
    entry = record.entry
    assert (entry.title, entry.role, entry.outcome, entry.is_dry, entry.rows, entry.seconds) == (
        "add",
        "coauthor",
        "ok",
        True,
        7,
        0.5,
    )
    assert history.page() == (entry,)


def test_a_call_is_found_by_the_id_that_log_lines_name(history: CallHistory) -> None:
    assert history.find(WHOLE.call_id) is None
    history.add(result(call_id="another", diff=DIFF))
    history.add(result(diff=DIFF))
    found = history.find(WHOLE.call_id)
    assert found is not None
    assert found.result == result(diff=DIFF)


def test_a_value_that_is_too_large_is_not_even_written(history: CallHistory) -> None:
    made = result(value=["x" * 1000] * 400, value_bytes=401_000)
    record = history.entry(history.add(made))
    assert record.result.value is None
    assert record.result.value_bytes == 401_000
    assert record.note == "too large to be kept: value (392 KB)"


def test_what_is_too_large_by_itself_goes_first_and_is_never_written_whole(history: CallHistory) -> None:
    long = SqlStatement("SELECT " + "x" * 4_000, ("y" * 4_000,), 1, 0.1, "", 3)
    made = result(value=["z" * 50_000], sql=(long,) * 1_000, diff=DIFF)
    tracemalloc.start()
    try:
        body, note = encode(made)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert note == "too large to be kept: sql (7896 KB)"
    assert len(body) < MAX_BODY
    assert peak < 4 * MAX_BODY
    record = history.entry(history.add(made))
    assert (record.result.value, record.result.diff, record.result.sql) == (made.value, DIFF, ())


def test_a_failed_call_comes_back_with_its_error(history: CallHistory) -> None:
    error = CallError(ErrorKind.SCRIPT, "no way", "notes", 3, "trace", "detail", "script")
    record = history.entry(history.add(result(ok=False, value=None, error=error, rate=None)))
    assert record.result.error == error
    assert (record.entry.outcome, record.entry.reason) == ("refused", "no way")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one, max_size=3),
        max_leaves=6,
    )
)
def test_any_value_comes_back(value: Any) -> None:
    history = CallHistory(None)
    try:
        made = result(value=value, request=Request.call("notes", value))
        kept = history.entry(history.add(made)).result
        assert (kept.value, kept.request) == (value, made.request)
    finally:
        history.close()


def test_who_called_what(history: CallHistory) -> None:
    assert (history.callers(), history.scripts()) == ((), ())
    for who, script in (
        (ANNA, "notes"),
        (Caller("peer-bo", "Bo"), "todo"),
        (ANNA, "todo"),
        (Caller(ANNA.id, "Annie"), "todo"),
    ):
        history.add(result(caller=who, script=script))
    assert [(one.id, one.label) for one in history.callers()] == [
        (ANNA.id, "Anna"),
        (ANNA.id, "Annie"),
        ("peer-bo", "Bo"),
    ]
    assert history.scripts() == ("notes", "todo")


def test_pages_and_filters(history: CallHistory) -> None:
    for number in range(10):
        who = ANNA if number % 2 else Caller("peer-bo", "Bo")
        script, value = ("notes", "todo")[number % 3 == 0], {"error": "members only"} if number == 4 else {}
        history.add(
            result(
                call_id=f"c{number}",
                caller=who,
                script=script,
                value=value,
                request=Request.call(script, {"text": f"100%_{number}"}),
            )
        )
    newest = history.page(limit=4)
    assert [entry.call_id for entry in newest] == ["c9", "c8", "c7", "c6"]
    assert [entry.call_id for entry in history.page(after=newest[-1].id, limit=2)] == ["c5", "c4"]
    assert [entry.call_id for entry in history.page(contains="100%_3")] == ["c3"]
    assert history.page(contains="100x_3") == ()
    assert {entry.caller.label for entry in history.page(caller="Anna")} == {"Anna"}
    assert len(history.page(caller="peer-bo")) == 5
    assert [entry.call_id for entry in history.page(script="todo")] == ["c9", "c6", "c3", "c0"]
    assert [entry.call_id for entry in history.page(outcome="refused")] == ["c4"]
    assert history.page(outcome="refused", caller="Anna") == ()


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    history = CallHistory(tmp_path / "history.db", keep=20)
    ids = [history.add(result(call_id=str(number))) for number in range(50)]
    assert (history.count, len(history.page())) == (20, 20)
    with pytest.raises(StoreError, match="no longer in the history"):
        history.entry(ids[0])
    with sqlite3.connect(tmp_path / "history.db") as connection:
        assert connection.execute("SELECT count(*) FROM bodies").fetchone() == (20,)
    connection.close()
    history.clear()
    assert (history.count, history.page()) == (0, ())
    history.close()


def test_a_large_body_is_trimmed_with_a_note(history: CallHistory) -> None:
    large = result(value="x" * (MAX_BODY + 1), request=Request.call("notes", {"text": "y" * 1000}))
    record = history.entry(history.add(large))
    assert record.note == "too large to be kept: value (256 KB)"
    assert (record.result.value, record.result.request, record.result.sql) == (None, large.request, large.sql)
    everything = result(value="x" * MAX_BODY, request=Request.call("notes", {"text": "y" * 4 * MAX_BODY}))
    record = history.entry(history.add(replace(everything, diff=DIFF)))
    assert "params" in record.note
    assert record.result.diff == DIFF


def test_it_is_there_after_a_restart_and_is_a_file_of_the_console(tmp_path: Path) -> None:
    path = tmp_path / ".goop-console" / "history.db"
    first = CallHistory(path)
    assert not path.parent.exists()
    first.add(WHOLE)
    first.close()
    with pytest.raises(StoreError, match="closed"):
        first.add(WHOLE)
    second = CallHistory(path)
    assert second.count == 1
    second.close()


def test_a_file_that_is_no_history_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    before = path.read_bytes()
    history = CallHistory(path)
    with pytest.raises(StoreError, match=r"history\.db: is not an SQLite database"):
        history.page()
    assert path.read_bytes() == before
    history.close()


def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    history = CallHistory(path)
    with pytest.raises(StoreError, match="newer Goop Console"):
        history.add(WHOLE)
    history.close()


def test_many_threads(history: CallHistory) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda number: history.add(result(call_id=str(number))), range(100)))
    assert sorted(ids) == list(range(1, 101))
    assert history.count == 100


VERSION_1 = """
CREATE TABLE calls (
  id INTEGER PRIMARY KEY, call_id TEXT NOT NULL, started_at REAL NOT NULL, kind TEXT NOT NULL,
  script TEXT NOT NULL, title TEXT NOT NULL, caller_id TEXT NOT NULL, caller_label TEXT NOT NULL,
  role TEXT NOT NULL, outcome TEXT NOT NULL, ok INTEGER NOT NULL, dry INTEGER NOT NULL,
  seconds REAL NOT NULL, row_count INTEGER NOT NULL, reason TEXT NOT NULL, searched TEXT NOT NULL);
CREATE TABLE bodies (id INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
  body BLOB NOT NULL, note TEXT NOT NULL);
PRAGMA user_version = 1;
"""
BODY_1 = {
    "value": 1, "sql": [], "logs": [], "effects": [], "diff": [], "error": None, "rate": None,
    "timings": {"total": 0.1, "wait": 0, "load": 0, "lua": 0, "sql": 0, "host": 0},
    "peak_memory": 0, "email": "",
}  # fmt: skip


def test_a_file_of_version_1_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    rows = [
        ("call", "todo", "add", {"action": "add"}, Request.call("todo", {"action": "add"})),
        ("chat", "hello", "dear all", "dear all", Request.chat("!hello dear all")),
        ("chat", "", "good morning", "good morning", Request.chat("good morning")),
        ("event", "todo", "g1", "g1", Request.event("on_group_close", "g1")),
    ]
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_1)
        for number, (kind, script, title, params, _) in enumerate(rows, 1):
            connection.execute(
                "INSERT INTO calls VALUES (?, ?, 1.0, ?, ?, ?, 'p', 'P', '', 'ok', 1, 1, 0.1, 0, '', '')",
                (number, f"c{number}", kind, script, title),
            )
            body = zlib.compress(json.dumps({**BODY_1, "params": params}).encode())
            connection.execute("INSERT INTO bodies VALUES (?, ?, '')", (number, body))
    connection.close()
    history = CallHistory(path)
    found = [history.entry(number) for number in range(1, 5)]
    assert [one.result.request for one in found] == [request for *_, request in rows]
    assert [one.entry.title for one in found] == [
        "add",
        "!hello dear all",
        "good morning",
        "on_group_close(g1)",
    ]
    assert all(one.result.is_dry and one.result.origin is Origin.WINDOW for one in found)
    history.add(WHOLE)
    history.close()
    again = CallHistory(path)
    assert again.count == 5
    again.close()


def polled(number: int, **fields: Any) -> CallResult:
    """A call of a page that only reads."""
    return result(
        call_id=f"p{number}",
        started_at=100.0 + number,
        origin=Origin.PAGE,
        logs=(),
        effects=(),
        warnings=(),
        **fields,
    )


def test_equal_answers_of_a_page_that_polls_are_one_entry(history: CallHistory) -> None:
    ids = {history.add(polled(number)) for number in range(50)}
    assert len(ids) == 1
    (entry,) = history.page()
    assert (entry.times, entry.started_at, entry.last_at) == (50, 100.0, 149.0)
    record = history.find("p33")
    assert record is not None
    assert record.entry.call_id == "p0"
    other = history.add(polled(50, value={"id": 6}))
    assert [one.times for one in history.page()] == [1, 50]
    assert history.add(polled(51, value={"id": 6})) == other


@pytest.mark.parametrize(
    "fields",
    [
        {"diff": DIFF},
        {"caller": Caller("peer-vic")},
        {"ok": False, "error": CallError(ErrorKind.SCRIPT, "no")},
        {"request": Request.call("notes", {"action": "other"})},
        {"is_dry": False},
    ],
)
def test_another_caller_question_or_answer_is_another_entry(
    history: CallHistory, fields: dict[str, Any]
) -> None:
    history.add(polled(1))
    history.add(polled(2, **fields))
    assert [one.times for one in history.page()] == [1, 1]


def test_only_pages_poll(history: CallHistory) -> None:
    for number in range(3):
        history.add(replace(polled(number), origin=Origin.WINDOW))
    assert history.count == 3


def test_what_was_cleared_is_kept_anew(history: CallHistory) -> None:
    history.add(polled(1))
    history.clear()
    history.add(polled(2))
    assert [one.call_id for one in history.page()] == ["p2"]


def test_what_was_kept_without_its_secrets_is_kept_anew_with_them(tmp_path: Path) -> None:
    history = CallHistory(tmp_path / ".goop-console/history.db")
    history.add(polled(1, value={"token": "abcdef"}))
    assert history.add(polled(2, value={"token": "abcdef"})) == history.page()[0].id
    history.set_keeps_secrets(True)
    kept = history.add(polled(3, value={"token": "abcdef"}))
    assert history.entry(kept).result.value == {"token": "abcdef"}
    history.close()


def test_a_file_of_version_2_counts_from_now_on(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_1)
        connection.executescript(
            "ALTER TABLE calls ADD COLUMN origin TEXT NOT NULL DEFAULT 'window'; PRAGMA user_version = 2"
        )
    connection.close()
    history = CallHistory(path)
    history.add(polled(1))
    history.add(polled(2))
    assert [one.times for one in history.page()] == [2]
    history.close()


def test_a_file_of_a_newer_program_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 4")
    connection.close()
    history = CallHistory(path)
    with pytest.raises(StoreError, match="newer Goop Console"):
        history.add(WHOLE)
