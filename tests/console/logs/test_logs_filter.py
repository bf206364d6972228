"""Filtering, keeping and writing log lines, without Qt."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.services.log_formats import lines_of
from goop_console.tabs.logs.book import LogBook
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.export import export_records
from goop_console.tabs.logs.filter import LEVELS, Chip, LogFilter, filter_from, with_context
from goop_console.tabs.logs.message_text import place_in, with_json_laid_out
from goop_console.tabs.logs.tally import Tally
from goop_console.tabs.logs.terms import SlowPattern, terms
from lua_engine import Caller, CallSummary, LogLine, LogRecord, Origin, record_of_line

from .conftest import ANNA, BOB, line

LINES = [
    line("Watered the roses"),
    line("roses are dry", "warn", caller=BOB, call_id="c2"),
    line("todo.lua:3: it went wrong", "error", script="todo", caller=None, call_id=""),
]
ENTRIES = [LogEntry(number, record_of_line(one)) for number, one in enumerate(LINES, 1)]


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
        (LogFilter(text="/rose.$/"), [1]),
        (LogFilter(text="/^(rose|todo)/ -/dry/"), [3]),
        (LogFilter(text="/WATERED/"), [1]),
        (LogFilter(chips=(Chip("script", "todo"),)), [3]),
        (LogFilter(chips=(Chip("script", "todo", is_not=True),)), [1, 2]),
        (LogFilter(chips=(Chip("caller", ANNA.id),)), [1]),
        (LogFilter(chips=(Chip("caller", ANNA.id), Chip("caller", BOB.id))), [1, 2]),
        (LogFilter(chips=(Chip("script", "talk"), Chip("caller", BOB.id, is_not=True))), [1]),
        (LogFilter(chips=(Chip("call", "c2"),)), [2]),
        (LogFilter(level="error", chips=(Chip("caller", ANNA.id),)), []),
        (LogFilter(since=1_772_000_000.25, until=1_772_000_001.0), [1, 2, 3]),
        (LogFilter(since=1_772_000_001.0), []),
        (LogFilter(until=1_772_000_000.25), []),
    ],
)
def test_all_conditions_must_hold(wanted: LogFilter, numbers: list[int]) -> None:
    assert [entry.number for entry in wanted.pick(ENTRIES)] == numbers


def test_a_condition_is_added_turned_round_and_taken_away() -> None:
    wanted = LogFilter().with_chip(Chip("script", "todo")).with_chip(Chip("call", "c1"))
    turned = wanted.with_chip(Chip("script", "todo", is_not=True))

    assert turned.chips == (Chip("call", "c1"), Chip("script", "todo", is_not=True))
    assert turned.without_chip(Chip("call", "c1")).without_chip(turned.chips[1]).is_empty


def test_a_filter_comes_back_without_what_means_nothing_later() -> None:
    chips = (Chip("script", "todo"), Chip("caller", "a", is_not=True), Chip("call", "c1"))
    wanted = LogFilter("error", "late", chips, dry=True, since=1.0)

    assert filter_from(wanted.stored()) == LogFilter("error", "late", chips[:2], dry=True)


@pytest.mark.parametrize(
    "stored", [None, [], {"level": "loud", "chips": 3}, {"chips": [1, ["script", 2, 3], ["x", "y", True]]}]
)
def test_a_stored_filter_of_another_shape_is_none(stored: object) -> None:
    assert filter_from(stored).is_empty


def test_the_same_is_asked_of_the_disk() -> None:
    chips = (Chip("script", "todo"), Chip("caller", "a", is_not=True), Chip("origin", "page"))
    query = LogFilter("warn", 'late -"too late"', chips, since=1.0, until=9.0).query(until=5.0)

    assert (query.words, query.not_words) == (("late",), ("too late",))
    assert (query.scripts, query.not_callers, query.origins) == (("todo",), ("a",), ("page",))
    assert (query.levels, query.since, query.until) == (("error", "warn"), 1.0, 5.0)
    assert query.real_only
    assert not LogFilter(chips=(Chip("call", "c1"),)).query().real_only


def test_lines_around_those_that_are_found() -> None:
    entries = [LogEntry(number, record_of_line(line(str(number)))) for number in range(1, 10)]

    shown = with_context(entries, [entries[1], entries[3], entries[8]], 1)

    assert [entry.number for entry in shown] == [1, 2, 3, 4, 5, 8, 9]
    assert [entry.number for entry in shown if entry.is_context] == [1, 3, 5, 8]
    assert [entry.is_context for entry in with_context(entries, entries[:2], 0)] == [False, False]


def test_a_pattern_that_is_none_is_named_and_left_out() -> None:
    found = terms("late /(/")

    assert (found.words, found.patterns) == (("late",), ())
    assert found.problem == "/(/ is no pattern: missing closing parenthesis at character 1"


def test_a_pattern_that_takes_too_long_ends() -> None:
    slow = LogEntry(1, record_of_line(line("a" * 60 + "b")))

    with pytest.raises(SlowPattern, match="takes too long"):
        LogFilter(text="/^(a+)+$/").pick([slow])


@pytest.mark.parametrize(
    ("text", "words", "not_words", "patterns"),
    [
        ("a /b c/ -d", ("a",), ("d",), ("b c",)),
        ("/a\\/b/", (), (), ("a/b",)),
        ("/a", (), (), ("a",)),
        ("/", ("/",), (), ()),
        ('-"x y" z', ("z",), ("x y",), ()),
    ],
)
def test_terms(
    text: str, words: tuple[str, ...], not_words: tuple[str, ...], patterns: tuple[str, ...]
) -> None:
    found = terms(text)
    assert (found.words, found.not_words, found.patterns) == (words, not_words, patterns)


@given(st.lists(st.text(alphabet='ab"-/( \t\\', max_size=8), max_size=4))
def test_any_filter_text_is_read(parts: list[str]) -> None:
    found = terms(" ".join(parts))
    assert all(word and word == word.lower() for word in found.words + found.not_words)
    LogFilter(text=" ".join(parts)).pick(ENTRIES)


entries = st.lists(
    st.builds(
        lambda message, level, caller: line(message, level, caller=caller),
        st.text(max_size=20),
        st.sampled_from(["info", "warn", "error"]),
        st.sampled_from([ANNA, BOB, None]),
    ),
    max_size=20,
).map(lambda lines: [LogEntry(number, record_of_line(one)) for number, one in enumerate(lines, 1)])


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
        book.add(record_of_line(line(str(told + place), "error")) for place in range(size))
        told += size
    assert book.last == told
    assert min(told, 10) <= len(book) <= 13
    assert [entry.number for entry in book.between(1, told)] == list(range(book.first, told + 1))
    assert [entry.record.message for entry in book.between(1, told)] == [
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


STRANGE = Caller("peer-x", "Mallory\n2026-01-01\tERROR")
CALL = CallSummary("add", "ok", 0.0032, 2, 17, 1, "editor")


def test_exported_lines_have_a_line_each_whatever_they_say(tmp_path: Path) -> None:
    lines = [LINES[0], LogLine(0.0, "error", "one\ntwo\r\n\x1b[31mthree"), line("hi", caller=STRANGE)]
    file = tmp_path / "log.txt"
    assert export_records(file, list(map(record_of_line, lines))) == 3
    first, second, more, most, last = file.read_text(encoding="utf-8").split("\n")[:-1]
    assert first.split("\t")[1:] == ["INFO", "talk", f"Anna ({ANNA.id})", "c1", "Watered the roses"]
    assert second.split("\t")[1:] == ["ERROR", "-", "-", "-", "one"]
    assert (more, most) == ("    two", "    ␛[31mthree")
    assert last.split("\t")[3] == "Mallory 2026-01-01 ERROR (peer-x)"
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_every_exported_line_begins_with_its_time_or_is_indented(texts: list[str]) -> None:
    text = "".join(f"{one}\n" for one in lines_of((record_of_line(line(one)) for one in texts), "txt"))
    starts = [row for row in text.split("\n")[:-1] if not row.startswith("    ")]
    assert len(starts) == len(texts)
    assert all(row.startswith("202") for row in starts)


def test_no_exported_cell_is_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    said = ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", 'plain, "quoted"\nand long']
    records = [record_of_line(line(one, caller=Caller("=id", "=label"))) for one in said]
    export_records(file, records)

    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0][-1] == "message"
    assert [row[-1] for row in rows[1:]] == ["'=1+1", "'@SUM(A1)", "'+1", "'-1", "'\t=1", said[-1]]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


def test_exported_json_has_the_whole_record(tmp_path: Path) -> None:
    record = LogRecord(7, 1.5, "info", "", "todo", ANNA, "c1", True, Origin.PAGE, CALL)
    export_records(tmp_path / "log.jsonl", [record, record])

    first, second = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert first == second
    assert json.loads(first) == {
        "id": 7, "time": 1.5, "level": "info", "script": "todo", "message": "", "call_id": "c1",
        "dry_run": True, "origin": "page", "caller": {"id": ANNA.id, "label": "Anna"},
        "call": {
            "action": "add", "outcome": "ok", "seconds": 0.0032, "statements": 2, "result_bytes": 17,
            "lines": 1, "role": "editor",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ('got {"a":1,"b":[2]}', 'got\n{\n  "a": 1,\n  "b": [\n    2\n  ]\n}'),
        ("[1,2]", "[\n  1,\n  2\n]"),
        ('[warn] {"a":1}', '[warn]\n{\n  "a": 1\n}'),
        ("nothing {of} [that]", None),
        ("an empty {}", None),
        ("[" * 5_000, None),
    ],
)
def test_json_in_a_message_is_laid_out(message: str, shown: str | None) -> None:
    assert with_json_laid_out(message) == shown


def test_a_refusal_is_no_error_in_words_either() -> None:
    call = CallSummary("", "error", 0.001, 0, 0, 0, "owner")
    record = LogRecord(0, 1.0, "refused", "function not found: x", "x", None, "c1", False, None, call)
    (said,) = lines_of([record], "txt")
    assert "refused in 1.0 ms, 0 SQL, 0 bytes: function not found: x" in said


def test_lines_of_dry_runs_and_checks_are_shown_on_request_and_those_of_a_call_always() -> None:
    lines = (
        LogLine(1.0, "info", "real", call_id="c1", origin=Origin.PAGE),
        LogLine(2.0, "error", "dry", call_id="c2", is_dry=True, origin=Origin.WINDOW),
        LogLine(3.0, "info", "check", call_id="c3", is_dry=True, origin=Origin.CHECK),
        LogLine(4.0, "warn", "of no call"),
    )
    book = LogBook()
    entries = book.add(map(record_of_line, lines))

    def shown(wanted: LogFilter) -> list[str]:
        return [entry.record.message for entry in wanted.pick(entries)]

    assert shown(LogFilter()) == ["real", "of no call"]
    assert shown(LogFilter(dry=True)) == ["real", "dry", "check", "of no call"]
    assert shown(LogFilter(chips=(Chip("call", "c2"),))) == ["dry"]
    assert book.dry_lines == 2
    tally = Tally()
    tally.add(entries)
    assert (tally.count("error", dry=True), tally.count("error", dry=False), tally.dry_runs) == (1, 0, 2)


def test_a_call_counts_once_however_many_of_its_rows_are_of_a_level() -> None:
    failed = CallSummary("list", "lua", 0.003, 2, 300, 3, "editor")
    book = LogBook()
    tally = Tally()
    tally.add(
        book.add(
            (
                record_of_line(LogLine(1.0, "warn", "careful", call_id="c1")),
                record_of_line(LogLine(1.0, "error", "it went wrong", call_id="c1")),
                LogRecord(0, 1.0, "error", "it went wrong", "talk", None, "c1", False, None, failed),
                record_of_line(LogLine(2.0, "error", "does not compile")),
                record_of_line(LogLine(2.0, "error", "does not compile")),
                LogRecord(0, 3.0, "refused", "", "talk", None, "c2", False, None, failed),
            )
        )
    )
    assert [tally.count(name, dry=False) for name in ("warn", "error", "refused")] == [3, 3, 1]
