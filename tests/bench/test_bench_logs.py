"""The log: 100,000 rows in view, 1,000 records a second, 1,000,000 lines on disk."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.logs.filter import LogFilter
from goop_console.tabs.logs.histogram_view import BUCKETS
from goop_console.tabs.logs.tab import LogsTab
from goop_console.tabs.tab import TabContext
from lua_engine import Caller, CallSummary, Engine, LogLine, LogQuery, LogReader, LogRecord, LogRecorded
from lua_engine.logs.rows import DDL, INSERT, INSERT_NAME, VERSION, names_of, row_of
from lua_engine.store.own_database import open_own_database
from tests.bench.conftest import Compare
from tests.bench.test_bench_window import Presses

ROWS = 100_000
ON_DISK = 1_000_000
SECONDS = 60.0
A_SECOND = 1_000  # records
REPAINT, LAG, SEARCH = 0.100, 0.050, 0.300  # seconds: the bounds
WORDS = "water roses late board member task added removed garden order page list asked"
CALLERS = [Caller(f"12D3KooW{number:044d}", f"Visitor {number}") for number in range(200)]


def records(count: int, start: float) -> Iterator[LogRecord]:
    """As a busy site writes them: three lines a call, and its summary."""
    chance = random.Random(7)
    for number in range(count):
        caller, script = CALLERS[(number // 4) % 200], f"script{(number // 4) % 30}"
        call_id = f"{number // 4:012x}"
        summary = CallSummary("list", "ok", 0.003, 2, 300, 3, "editor") if number % 4 == 3 else None
        message = "" if summary else f"{' '.join(chance.choices(WORDS.split(), k=6))} {number}"
        level = "error" if number % 97 == 0 else "info"
        yield LogRecord(
            0, start + number * 0.01, level, message, script, caller, call_id, False, None, summary
        )


@pytest.fixture
def tab(qapp: Any, tmp_path: Path, qtbot: QtBot) -> Iterator[LogsTab]:
    site = tmp_path / "site"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    theme = Theme()
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]  # it is a QApplication
    with Engine.open(site, watch=False) as engine:
        session, operations = Session(engine), Operations()
        settings = AppSettings(tmp_path / "settings.json")
        context = TabContext(session, operations, settings, theme, Notifier(), lambda *_, **__: None)
        made = LogsTab(context)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        qtbot.waitUntil(made.is_settled)
        yield made
        session.close()
        operations.close()


def session_of(tab: LogsTab) -> Session:
    return tab.presenter._context.session


@pytest.mark.parametrize("text", ["roses", "late -board", "4242", ""])
def test_a_filter_over_a_hundred_thousand_rows(compare: Compare, tab: LogsTab, text: str) -> None:
    """From the filter to its first paint; the days before come from disk behind it."""
    session_of(tab).log_kept.emit(tuple(records(ROWS, time.time())))
    QApplication.processEvents()

    def filtered() -> None:
        tab.presenter.filtering.set_filter(LogFilter(text=text))
        tab.view.table.viewport().repaint()

    def other() -> None:
        tab.presenter.filtering.set_filter(LogFilter(text=text + "x"))
        QApplication.processEvents()

    name = f"100,000 rows: {text!r} to repaint / 100 ms" if text else "100,000 rows: all again / 100 ms"
    compare(name, filtered, other, rounds=7)
    compare.note(name, compare.median, REPAINT, wanted=1.0)


def test_a_thousand_records_a_second(compare: Compare, benchmark: Any, tab: LogsTab, qtbot: QtBot) -> None:
    """How long a key press waits meanwhile: each 20 ms one."""
    presses, bus = Presses(), session_of(tab).engine.bus
    tab.installEventFilter(presses)
    end = [0.0]

    def in_time(work: Callable[[int], None], a_second: int) -> None:
        begun, number = time.perf_counter(), 0
        while time.perf_counter() < end[0]:
            number += 1
            work(number)
            time.sleep(max(0.0, begun + number / a_second - time.perf_counter()))

    def write(number: int) -> None:
        for place in range(10):
            line = LogLine(time.time(), "info", f"line {number} {place}", "talk", CALLERS[0], f"c{number}")
            bus.publish(LogRecorded(line))

    def measure() -> None:
        end[0] = time.perf_counter() + SECONDS
        workers = [
            threading.Thread(target=in_time, args=(write, A_SECOND // 10)),
            threading.Thread(target=in_time, args=(lambda _number: presses.press(tab), 50)),
        ]
        for worker in workers:
            worker.start()
        qtbot.waitUntil(lambda: time.perf_counter() > end[0], timeout=int(SECONDS * 2_000))
        for worker in workers:
            worker.join()
        qtbot.waitUntil(lambda: len(presses.waits) == len(presses.sent))

    benchmark.pedantic(measure, rounds=1, iterations=1)
    waits = sorted(presses.waits)
    compare.note(
        f"input beside {A_SECOND:,} records a second for {SECONDS:.0f} s, p99 / 50 ms",
        waits[int(len(waits) * 0.99)],
        LAG,
        wanted=1.0,
    )


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogReader]:
    path = tmp_path_factory.mktemp("million") / ".goop-console" / "log.db"
    path.parent.mkdir()
    connection = open_own_database(path, VERSION, DDL)
    made = records(ON_DISK, time.time() - ON_DISK * 0.01)
    names = set()
    with connection:
        for record in made:
            connection.execute(INSERT, row_of(record))
            names.update(names_of(record))
        connection.executemany(INSERT_NAME, names)
    connection.close()
    reader = LogReader(path)
    reader.last_id()
    yield reader
    reader.close()


QUERIES = {
    "a rare word": LogQuery(words=("999999",)),
    "a common word": LogQuery(words=("roses",)),
    "two words": LogQuery(words=("roses", "77777")),
    "a word that is nowhere": LogQuery(words=("nowhere",)),
    "a caller by name and a word": LogQuery(words=("visitor 17", "garden")),
    "one script": LogQuery(scripts=("script7",)),
    "errors without a word": LogQuery(levels=("error",), not_words=("late",)),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_search_over_a_million_lines(compare: Compare, million: LogReader, name: str) -> None:
    query = QUERIES[name]
    compare(
        f"1,000,000 lines: {name} / 300 ms", lambda: million.page(query), lambda: million.last_id(), rounds=5
    )
    compare.note(f"1,000,000 lines: {name} / 300 ms", compare.median, SEARCH, wanted=1.0)


HISTOGRAMS = {
    "all of it": LogQuery(),
    "real calls": LogQuery(real_only=True),
    "a common word": LogQuery(words=("roses",)),
    "errors without a word": LogQuery(levels=("error",), not_words=("late",)),
}
COUNT = 1.0  # seconds: it comes behind the list, which does not wait for it


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_a_histogram_over_a_million_lines(compare: Compare, million: LogReader, name: str) -> None:
    start, end, query = million.oldest_time(), time.time() + 60, HISTOGRAMS[name]
    words = f"1,000,000 lines: histogram of {name} / {COUNT:.0f} s"
    compare(words, lambda: million.counts(query, start, end, BUCKETS), lambda: million.last_id(), rounds=5)
    compare.note(words, compare.median, COUNT, wanted=1.0)


def test_a_search_and_a_key_beside_a_histogram(
    compare: Compare, benchmark: Any, million: LogReader, tab: LogsTab, qtbot: QtBot
) -> None:
    """The log counts with a connection of its own, in a thread of its own."""
    presses, counter, query = Presses(), LogReader(million._path), LogQuery(real_only=True)
    tab.installEventFilter(presses)
    start, end, ended, searches = million.oldest_time(), time.time() + 60, threading.Event(), list[float]()
    presses.press(tab)  # what Qt makes at the first one belongs to this thread

    def count() -> None:
        while not ended.is_set():
            counter.counts(query, start, end, BUCKETS)

    def press() -> None:
        while not ended.is_set():
            presses.press(tab)
            begun = time.perf_counter()
            million.page(LogQuery(words=("roses",), real_only=True))
            searches.append(time.perf_counter() - begun)
            time.sleep(0.02)

    def measure() -> None:
        workers = [threading.Thread(target=count), threading.Thread(target=press)]
        for worker in workers:
            worker.start()
        until = time.perf_counter() + 10
        qtbot.waitUntil(lambda: time.perf_counter() > until, timeout=60_000)
        ended.set()
        for worker in workers:
            worker.join()
        qtbot.waitUntil(lambda: len(presses.waits) == len(presses.sent))

    benchmark.pedantic(measure, rounds=1, iterations=1)
    counter.close()
    waits = sorted(presses.waits)
    compare.note(
        "a search beside a histogram / 300 ms", sorted(searches)[len(searches) // 2], SEARCH, wanted=1.0
    )
    compare.note("input beside a histogram, p99 / 50 ms", waits[int(len(waits) * 0.99)], LAG, wanted=1.0)
