"""What was logged before this start: read as one scrolls up, searched, and put where it belongs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar
from pytestqt.qtbot import QtBot

from goop_console.tabs.logs.display import Display
from goop_console.tabs.logs.filter import Chip, LogFilter
from goop_console.tabs.logs.older import PAGE
from goop_console.tabs.logs.tab import LogsTab
from lua_engine import Caller, CallSummary, LogRecord, Origin
from lua_engine.logs.limits import LogLimits
from lua_engine.logs.writer import LogWriter

from .conftest import ANNA, BOB, LogSite, line, many, messages, new_folder

Reopened = Callable[[list[LogRecord]], LogsTab]
MANY = 3 * PAGE


def old(message: str, *, caller: Caller = ANNA, call_id: str = "", **fields: object) -> LogRecord:
    return LogRecord(0, time.time() - 3_600, "info", message, "talk", caller, call_id, **fields)  # type: ignore[arg-type]


@pytest.fixture
def reopened(tmp_path: Path, qtbot: QtBot) -> Iterator[Reopened]:
    """The tab of a site whose log has these records from an earlier start."""
    sites: list[LogSite] = []

    def make(records: list[LogRecord]) -> LogsTab:
        folder = new_folder(tmp_path)
        writer = LogWriter(folder / ".goop-console" / "log.db", LogLimits())
        for record in records:
            writer.add(record)
        writer.close()
        site = LogSite(folder, tmp_path)
        sites.append(site)
        tab = LogsTab(site.context)
        qtbot.addWidget(tab)
        tab.resize(1100, 600)
        with qtbot.waitExposed(tab):
            tab.show()
        tab.presenter.filtering.set_display(Display("flat", histogram=False))
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    for site in sites:
        site.close()


def bar_of(tab: LogsTab) -> QScrollBar:
    return tab.view.table.verticalScrollBar()


def numbered(count: int) -> list[LogRecord]:
    return [old(f"old {number}") for number in range(count)]


def test_older_lines_come_as_one_scrolls_up(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened(numbered(MANY))
    assert messages(tab) == [f"old {number}" for number in range(MANY - PAGE, MANY)]
    assert tab.view.summary.text().endswith("older ones as you scroll up")

    bar_of(tab).setValue(3)
    at_top = tab.view.model.entry(tab.view.table.top_row()).record.message
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 2 * PAGE)

    assert tab.view.model.entry(tab.view.table.top_row()).record.message == at_top
    bar_of(tab).setValue(0)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == MANY)
    qtbot.waitUntil(tab.is_settled)
    bar_of(tab).setValue(0)
    qtbot.waitUntil(lambda: tab.presenter.older.is_exhausted)
    assert messages(tab) == [f"old {number}" for number in range(MANY)]
    assert "older" not in tab.view.summary.text()


def test_what_is_typed_is_searched_on_the_whole_disk(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened([old("a needle, long ago", caller=BOB), *numbered(MANY)])
    qtbot.keyClicks(tab.view.filter.field, "NEEDLE")
    qtbot.waitUntil(lambda: messages(tab) == ["a needle, long ago"])
    tab.presenter.filtering.set_filter(LogFilter(text="bob long"))
    qtbot.waitUntil(lambda: messages(tab) == ["a needle, long ago"] and tab.is_settled())
    tab.presenter.filtering.set_filter(LogFilter(text="/need.e/"))
    qtbot.waitUntil(lambda: messages(tab) == ["a needle, long ago"] and tab.is_settled())
    tab.presenter.filtering.set_filter(LogFilter(chips=(Chip("caller", BOB.id),)))
    qtbot.waitUntil(lambda: messages(tab) == ["a needle, long ago"] and tab.is_settled())
    tab.presenter.filtering.set_filter(LogFilter(text="haystack"))
    qtbot.waitUntil(lambda: tab.view.empty.title.text() == "Nothing passes the filter")


def test_a_chosen_old_line_stays_chosen_and_in_its_place(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened(numbered(MANY))
    table, model = tab.view.table, tab.view.model
    bar_of(tab).setValue(PAGE // 2)
    table.show_row(table.top_row() + 5)
    chosen = model.entry(table.chosen_row()).record.message
    tab.presenter.filtering.set_filter(LogFilter(text="old"))
    qtbot.waitUntil(lambda: tab.is_settled() and model.rowCount() >= PAGE)
    assert model.entry(table.chosen_row()).record.message == chosen
    tab.presenter.filtering.set_filter(LogFilter())
    qtbot.waitUntil(lambda: tab.is_settled() and model.rowCount() >= PAGE)
    assert model.entry(table.chosen_row()).record.message == chosen
    assert 0 <= table.chosen_row() - table.top_row() <= 20


def test_a_call_of_long_ago_is_shown_whole(reopened: Reopened, qtbot: QtBot) -> None:
    call = CallSummary("add", "ok", 0.001, 1, 2, 2, "editor")
    records = [old("one", call_id="c9"), old("two", call_id="c9"), old("", call_id="c9", call=call)]
    tab = reopened([*records, *numbered(MANY)])
    tab.open_target(call_id="c9")
    qtbot.waitUntil(lambda: messages(tab) == ["one", "two"])
    assert tab.view.table.chosen_row() == 2
    tab.presenter.filtering.set_display(Display("calls"))
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.model.rowCount() == 3)
    assert tab.view.model.entry(0).record.call == call


def test_old_lines_that_pass_bring_the_head_of_their_call(reopened: Reopened, qtbot: QtBot) -> None:
    call = CallSummary("add", "ok", 0.001, 1, 2, 2, "editor")
    tab = reopened([old("roses", call_id="c9"), old("other", call_id="c9"), old("", call_id="c9", call=call)])
    tab.presenter.filtering.set_display(Display("calls"))
    tab.presenter.filtering.set_filter(LogFilter(text="roses"))
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.model.rowCount() == 2)
    assert tab.view.model.entry(0).record.call == call


def test_lines_around_a_hit_of_long_ago(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened([old("before"), old("the needle"), old("behind"), old("far"), old("farther")])
    tab.presenter.filtering.set_display(Display("flat", context=1))
    tab.presenter.filtering.set_filter(LogFilter(text="needle"))
    qtbot.waitUntil(lambda: messages(tab) == ["before", "the needle", "behind"])
    assert [tab.view.model.entry(row).is_context for row in range(3)] == [True, False, True]


def test_highlighting_leaves_nothing_out(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened([old("before"), old("the needle")])
    tab.presenter.filtering.set_display(Display("flat", highlights=True))
    tab.presenter.filtering.set_filter(LogFilter(text="needle"))
    qtbot.waitUntil(tab.is_settled)
    assert messages(tab) == ["before", "the needle"]
    grounds = [
        tab.view.model.index(row, 6).data(Qt.ItemDataRole.BackgroundRole) is not None for row in range(2)
    ]
    assert grounds == [False, True]


def test_what_is_hidden_is_not_read_and_comes_back(reopened: Reopened, qtbot: QtBot) -> None:
    tab = reopened(numbered(5))
    tab.presenter.hide_older()
    tab.presenter.filtering.set_filter(LogFilter(text="old"))
    qtbot.waitUntil(tab.is_settled)
    assert messages(tab) == []
    tab.presenter.filtering.set_filter(LogFilter())
    qtbot.keyClick(
        tab.view.table,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: messages(tab) == [f"old {number}" for number in range(5)])


def test_a_log_that_cannot_be_read_is_said(reopened: Reopened, tmp_path: Path, qtbot: QtBot) -> None:
    tab = reopened(numbered(3))
    tab.presenter._context.session.engine.log._reader.close()
    (tmp_path / "garden/.goop-console/log.db").write_bytes(b"no database" * 1_000)
    for rest in ("-wal", "-shm"):
        (tmp_path / f"garden/.goop-console/log.db{rest}").unlink(missing_ok=True)
    tab.presenter.filtering.set_filter(LogFilter(text="old"))
    qtbot.waitUntil(tab.view.error.isVisible)
    assert "log.db" in tab.view.error.text()


def test_a_line_of_goop2_is_there_once(reopened: Reopened, qtbot: QtBot) -> None:
    """Its lines carry Goop2's own time, which may be before this start."""
    said = old("asked by Maya", origin=Origin.GOOP2)
    tab = reopened([said])
    tab.presenter._context.session.log_kept.emit((said,))
    tab.presenter.filtering.set_filter(LogFilter(chips=(Chip("origin", "Goop2"),)))
    qtbot.waitUntil(tab.is_settled)
    assert messages(tab) == ["asked by Maya"]


def test_a_pattern_over_many_lines_is_tried_off_the_qt_thread(
    site: LogSite, tab: LogsTab, qtbot: QtBot
) -> None:
    site.record(many(10_000))
    tab.presenter.filtering.set_filter(LogFilter(text="/line 99\\d\\d$/"))
    assert tab.view.empty.title.text() != "Nothing passes the filter"
    assert not tab.is_settled()
    site.record([line("line 9999 came meanwhile"), line("line 9901")])
    qtbot.waitUntil(tab.is_settled)
    assert len(messages(tab)) == 101
    assert messages(tab)[-1] == "line 9901"


def test_a_pattern_that_takes_too_long_is_said(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record([line("a" * 60 + "b")] * 3)
    tab.presenter.filtering.set_filter(LogFilter(text="/^(a+)+$/"))
    assert "takes too long" in tab.view.panel.problem.text()
    site.record([line("a" * 60 + "b")] * 4_000)  # more than are tried on the Qt thread
    tab.presenter.filtering.set_filter(LogFilter(text="/^(a|a)+$/"))
    qtbot.waitUntil(lambda: "(a|a)" in tab.view.panel.problem.text() and tab.is_settled())
    assert site.told == []
    tab.presenter.filtering.set_filter(LogFilter(text="/(/"))
    assert "is no pattern" in tab.view.panel.problem.text()
    tab.presenter.filtering.set_filter(LogFilter(text="aaa"))
    assert tab.view.panel.problem.text() == ""
    assert len(messages(tab)) == 4_003
