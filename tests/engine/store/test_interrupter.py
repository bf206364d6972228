"""The thread that ends statements whose call is out of time."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.store import interrupter as module
from lua_engine.store.interrupter import Interrupter

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


def test_closing_at_the_moment_of_falling_asleep_ends_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    # The thread decides to sleep about when close() wakes it: a wake that is lost leaves close() waiting for
    # ever.
    monkeypatch.setattr(module, "_TICK", 0.0005)
    monkeypatch.setattr(module, "_IDLE_TICKS", 0)
    connection = sqlite3.connect(":memory:")
    for round_ in range(400):
        interrupter = Interrupter()
        interrupter.end(interrupter.begin(connection, Deadline(60)))
        time.sleep(0.0005 + 0.000005 * (round_ % 200))
        closing = threading.Thread(target=interrupter.close, daemon=True)
        closing.start()
        closing.join(20)
        assert not closing.is_alive(), f"close() hangs in round {round_}"
    connection.close()


def test_a_statement_out_of_time_is_interrupted_also_after_the_thread_slept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_TICK", 0.001)
    monkeypatch.setattr(module, "_IDLE_TICKS", 0)
    interrupter = Interrupter()
    connection = sqlite3.connect(":memory:")
    for _ in range(5):
        with (
            pytest.raises(sqlite3.OperationalError, match="interrupted"),
            interrupter.watching(connection, Deadline(0.01)),
        ):
            connection.execute(ENDLESS).fetchone()
        time.sleep(0.01)
    interrupter.close()
    assert connection.execute("SELECT 1").fetchone() == (1,)
    connection.close()


def test_a_closed_one_starts_no_thread() -> None:
    interrupter = Interrupter()
    interrupter.close()
    before = threading.active_count()
    connection = sqlite3.connect(":memory:")
    with interrupter.watching(connection, Deadline(60)):
        assert threading.active_count() == before
    connection.close()
