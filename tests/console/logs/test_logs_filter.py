"""Filtering, keeping and writing log lines, without Qt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.logs.book import LogBook
from goop_console.tabs.logs.detail_view import place_in
from goop_console.tabs.logs.export import as_text, export_lines
from goop_console.tabs.logs.filter import LEVELS, LogEntry, LogFilter, words
from lua_engine import Caller, LogLine, Origin

from .conftest import ANNA, BOB, line

LINES = [
    line("Watered the roses"),
    line("roses are dry", "warn", caller=BOB, call_id="c2"),
    line("todo.lua:3: it went wrong", "error", script="todo", caller=None, call_id=""),
]
ENTRIES = [LogEntry(number, one) for number, one in enumerate(LINES, 1)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (LogFilter(), [1, 2, 3]),
        (LogFilter(level="warn"), [2, 3]),
        (LogFilter(level="error"), [3]),
        (LogFilter(text="ROSES"), [1, 2]),
        (LogFilter(text="roses -dry"), [1]),
        (LogFilter(text='"roses are"'), [2]),
        (LogFilter(text='-"went wrong"'), [1, 2]),
        (LogFilter(text="bob"), [2]),
        (LogFilter(text="-"), []),
        (LogFilter(text="12d3"), []),
        (LogFilter(text=BOB.id), [2]),
        (LogFilter(text="  "), [1, 2, 3]),
        (LogFilter(script="todo"), [3]),
        (LogFilter(caller_id=ANNA.id), [1]),
        (LogFilter(call_id="c2"), [2]),
        (LogFilter(level="error", caller_id=ANNA.id), []),
    ],
)
def test_all_conditions_must_hold(wanted: LogFilter, numbers: list[int]) -> None:
    assert [entry.number for entry in wanted.pick(ENTRIES)] == numbers


def test_one_condition_is_taken_away() -> None:
    wanted = LogFilter("error", "dry", "todo", ANNA.id, "c2")
    for name in ("level", "text", "script", "caller_id", "call_id"):
        wanted = wanted.without(name)
    assert wanted.is_empty


@given(st.lists(st.text(alphabet='ab"- \t', max_size=8), max_size=4))
def test_any_filter_text_is_read(parts: list[str]) -> None:
    wanted, unwanted = words(" ".join(parts))
    assert all(word and word == word.lower() for word in wanted + unwanted)
    LogFilter(text=" ".join(parts)).pick(ENTRIES)


entries = st.lists(
    st.builds(
        lambda message, level, caller: line(message, level, caller=caller),
        st.text(max_size=20),
        st.sampled_from(["info", "warn", "error"]),
        st.sampled_from([ANNA, BOB, None]),
    ),
    max_size=20,
).map(lambda lines: [LogEntry(number, one) for number, one in enumerate(lines, 1)])


@given(entries, st.integers(0, 20), st.sampled_from(sorted(LEVELS)), st.text(max_size=3))
def test_filtering_in_batches_is_filtering_at_once(
    made: list[LogEntry], cut: int, level: str, text: str
) -> None:
    wanted = LogFilter(level, text)
    assert wanted.pick(made[:cut]) + wanted.pick(made[cut:]) == wanted.pick(made)


@given(st.lists(st.integers(0, 7), max_size=12))
def test_a_book_keeps_the_newest_lines_and_counts_them(sizes: list[int]) -> None:
    book, told = LogBook(limit=10, slack=3), 0
    for size in sizes:
        book.add(line(str(told + place), "error") for place in range(size))
        told += size
    assert book.last == told
    assert min(told, 10) <= len(book) <= 13
    assert book.count("error") == len(book)
    assert [entry.number for entry in book.between(1, told)] == list(range(book.first, told + 1))
    assert [entry.line.message for entry in book.between(1, told)] == [
        str(number - 1) for number in range(book.first, told + 1)
    ]


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("todo.lua:3: it went wrong", ("todo", "", 3)),
        ("site/lua/functions/to-do_2.lua:14: unexpected symbol", ("to-do_2", "function", 14)),
        ("site/lua/hello.lua:2: unexpected symbol", ("hello", "", 2)),
        ("todo.lua was loaded", None),
        ("12:30: nothing", None),
    ],
)
def test_a_place_in_a_script_is_found(message: str, place: tuple[str, str, int] | None) -> None:
    assert place_in(message) == place


def test_exported_lines_have_a_line_each_whatever_they_say(tmp_path: Path) -> None:
    strange = Caller("peer-x", "Mallory\n2026-01-01\tERROR")
    lines = [LINES[0], LogLine(0.0, "error", "one\ntwo\r\nthree"), line("hi", caller=strange)]
    file = tmp_path / "log.txt"
    assert export_lines(file, lines) == 3
    text = file.read_text(encoding="utf-8")
    assert text == as_text(lines)
    first, second, more, most, last = text.splitlines()
    assert first.split("\t")[1:] == ["INFO", "talk", f"Anna ({ANNA.id})", "c1", "Watered the roses"]
    assert second.split("\t")[1:] == ["ERROR", "-", "-", "-", "one"]
    assert (more, most) == ("    two", "    three")
    assert last.split("\t")[3] == "Mallory 2026-01-01 ERROR (peer-x)"
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_every_exported_line_begins_with_its_time_or_is_indented(texts: list[str]) -> None:
    text = as_text(line(one) for one in texts)
    starts = [row for row in text.split("\n")[:-1] if not row.startswith("    ")]
    assert len(starts) == len(texts)
    assert all(row.startswith("202") for row in starts)


def test_lines_of_dry_runs_and_checks_are_shown_on_request_and_those_of_a_call_always() -> None:
    lines = (
        LogLine(1.0, "info", "real", call_id="c1", origin=Origin.PAGE),
        LogLine(2.0, "error", "dry", call_id="c2", is_dry=True, origin=Origin.WINDOW),
        LogLine(3.0, "info", "check", call_id="c3", is_dry=True, origin=Origin.CHECK),
        LogLine(4.0, "warn", "of no call"),
    )
    book = LogBook()
    entries = book.add(lines)

    def shown(wanted: LogFilter) -> list[str]:
        return [entry.line.message for entry in wanted.pick(entries)]

    assert shown(LogFilter()) == ["real", "of no call"]
    assert shown(LogFilter(dry=True)) == ["real", "dry", "check", "of no call"]
    assert shown(LogFilter(call_id="c2")) == ["dry"]
    assert (book.count("error"), book.count("error", dry=False), book.dry_lines) == (1, 0, 2)
