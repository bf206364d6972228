"""Engine events as Qt signals."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.session import Session, open_engine
from lua_engine import ConfigChanged, DataChanged, LogLine, LogRecord, LogRecorded

from .conftest import BROKEN, MakeSite


@pytest.fixture
def session(make_site: MakeSite, qtbot: QtBot) -> Iterator[Session]:
    site = make_site()
    (site / "site" / "lua" / "functions" / "bad.lua").write_text(BROKEN)
    engine = open_engine(site)
    made = Session(engine)
    yield made
    made.close()
    engine.close()


def test_what_is_broken_at_open_stands_in_the_log(session: Session) -> None:
    (line,) = session.recent_records()
    assert (line.level, line.script) == ("error", "bad")
    assert "functions/bad.lua:3" in line.message


def test_lines_of_many_threads_come_in_few_signals_on_the_qt_thread(session: Session, qtbot: QtBot) -> None:
    batches: list[tuple[LogRecord, ...]] = []
    threads_seen = set()

    def on_lines(lines: tuple[LogRecord, ...]) -> None:
        batches.append(lines)
        threads_seen.add(threading.get_ident())

    session.log_kept.connect(on_lines)

    def write(number: int) -> None:
        for count in range(500):
            session.engine.bus.publish(LogRecorded(LogLine(0.0, "info", f"{number} {count}")))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    qtbot.waitUntil(lambda: sum(map(len, batches)) == 2_000)
    assert len(batches) < 40
    assert threads_seen == {threading.get_ident()}
    for number in range(4):
        own = [line.message for batch in batches for line in batch if line.message.startswith(f"{number} ")]
        assert own == [f"{number} {count}" for count in range(500)]


def test_a_call_a_change_and_a_script_are_told(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignals([session.call_finished, session.log_kept]):
        session.engine.calls.call("echo", {"a": 1}, caller=session.engine.owner)
    lines = [one.message for one in session.recent_records() if one.call is None]
    assert lines[-1] == "asked by Maya"
    path = session.engine.site.path / "site" / "lua" / "functions" / "echo.lua"
    with qtbot.waitSignal(session.scripts_changed) as told:
        path.write_text("function call() return 2 end")
    assert told.args[0] == ("function/echo",)
    with qtbot.waitSignal(session.config_changed):
        session.engine.bus.publish(ConfigChanged())


def test_changes_of_one_origin_are_told_together(session: Session, qtbot: QtBot) -> None:
    told: list[tuple[tuple[str, ...], str]] = []
    session.data_changed.connect(lambda tables, origin: told.append((tables, origin)))
    for tables, origin in ((("a",), "x"), (("b", "a"), "x"), (("c",), "external"), ((), "y"), (("d",), "y")):
        session.engine.bus.publish(DataChanged(tables, origin))
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == [(("a", "b"), "x"), (("c",), "external"), ((), "y")]


def test_after_closing_nothing_is_told(session: Session, qtbot: QtBot) -> None:
    told: list[object] = []
    session.log_kept.connect(told.append)
    session.engine.bus.publish(LogRecorded(LogLine(0.0, "info", "late")))
    with qtbot.waitSignal(session.closing):
        session.close()
    session.engine.bus.publish(LogRecorded(LogLine(0.0, "info", "later")))
    qtbot.wait(150)
    assert told == []


def test_a_folder_that_is_no_site_says_so(tmp_path: Path) -> None:
    from lua_engine import KnownError

    with pytest.raises(KnownError, match=r"goop\.json"):
        open_engine(tmp_path)
