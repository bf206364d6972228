"""Work off the Qt thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from goop_console.services.operations import Operations


@pytest.fixture
def operations(qtbot: QtBot) -> Iterator[Operations]:
    made = Operations()
    yield made
    made.close()


def test_work_runs_in_a_thread_and_its_answer_on_the_qt_thread(operations: Operations, qtbot: QtBot) -> None:
    owner, seen = QObject(), []
    operation = operations.run(
        threading.get_ident, owner=owner, done=lambda ident: seen.append((ident, threading.get_ident()))
    )
    assert operation.is_running
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1] == threading.get_ident()
    assert not operation.is_running


def test_an_error_goes_to_failed_or_to_everybody(operations: Operations, qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    owner, seen = QObject(), []
    operations.run(fail, owner=owner, done=seen.append, failed=lambda error: seen.append(str(error)))
    qtbot.waitUntil(lambda: seen == ["no such thing"])
    with qtbot.waitSignal(operations.unhandled) as told:
        operations.run(fail, owner=owner, done=seen.append)
    assert str(told.args[0]) == "no such thing"
    assert seen == ["no such thing"]


def test_nobody_is_told_after_the_owner_is_gone_or_the_operation_cancelled(
    operations: Operations, qtbot: QtBot
) -> None:
    gate, seen = threading.Event(), []
    gone, here = QObject(), QObject()
    operations.run(gate.wait, owner=gone, done=seen.append)
    cancelled = operations.run(gate.wait, owner=here, done=seen.append)
    cancelled.cancel()
    gone.deleteLater()
    del gone
    gate.set()
    last: list[Any] = []
    operations.run(lambda: 1, owner=here, done=last.append)
    qtbot.waitUntil(lambda: last == [1])
    assert seen == []
    assert not cancelled.is_running


def test_closing_waits_and_says_nothing_more(qtbot: QtBot) -> None:
    operations, owner, seen, ran = Operations(), QObject(), [], []
    started = threading.Event()

    def work() -> int:
        started.set()
        ran.append(1)
        return 1

    operations.run(work, owner=owner, done=seen.append)
    assert started.wait(60)
    operations.close()
    assert ran == [1]
    qtbot.wait(20)
    assert len(seen) <= 1  # told before the end, or never


def test_what_is_asked_after_the_end_is_cancelled(qtbot: QtBot) -> None:
    """A timer of a page may come between the end and the page's own."""
    operations, owner, seen = Operations(), QObject(), list[int]()
    operations.close()
    for run in (operations.run, operations.run_long):
        operation = run(lambda: seen.append(1), owner=owner, done=seen.append, failed=seen.append)
        assert not operation.is_running
    operations.close()
    qtbot.wait(20)
    assert seen == []
