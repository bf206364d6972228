"""Worker threads: answers, errors, giving up, and the bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.runtime.workers import Busy, Workers
from lua_engine.sandbox.limits import MAX_ABANDONED, MAX_IDLE_THREADS, MAX_THREADS


@pytest.fixture
def workers() -> Iterator[Workers]:
    pool = Workers()
    yield pool
    pool.close()


def patient() -> Deadline:
    return Deadline(30.0)


def test_the_answer_and_the_error_come_back(workers: Workers) -> None:
    assert workers.run(lambda: 6 * 7, patient()) == 42
    with pytest.raises(ZeroDivisionError):
        workers.run(lambda: 1 // 0, patient())


def test_a_thread_is_used_again(workers: Workers) -> None:
    first = workers.run(threading.get_ident, patient())
    again = {workers.run(threading.get_ident, patient()) for _ in range(20)}
    assert len(again | {first}) <= 2, "a thread may still be on its way back when the next task comes"


def test_of_many_threads_few_are_kept(workers: Workers) -> None:
    many = 3 * MAX_IDLE_THREADS
    at_once = threading.Barrier(many)
    seen: set[threading.Thread] = set()

    def work() -> None:
        seen.add(threading.current_thread())
        at_once.wait(30)

    callers = [threading.Thread(target=workers.run, args=(work, patient())) for _ in range(many)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(seen) == many
    until = time.monotonic() + 60
    while (
        len(left := [one for one in seen if one.is_alive()]) > MAX_IDLE_THREADS and time.monotonic() < until
    ):
        left[0].join(0.05)
    assert len(left) == MAX_IDLE_THREADS


def test_stuck_threads_are_given_up_counted_and_forgotten_when_they_end(workers: Workers) -> None:
    gates = [threading.Event() for _ in range(MAX_ABANDONED)]
    ended = [threading.Event() for _ in range(MAX_ABANDONED)]

    def stuck(index: int) -> None:
        gates[index].wait(30)
        ended[index].set()

    for index in range(MAX_ABANDONED):
        assert workers.run(lambda index=index: stuck(index), Deadline(0.0)) is None
        assert workers.abandoned == index + 1
    with pytest.raises(Busy, match="could not be stopped"):
        workers.run(lambda: 1, patient())
    for gate in gates:
        gate.set()
    assert all(event.wait(10) for event in ended)
    workers.close()
    assert workers.abandoned == 0


def test_only_so_many_at_once(workers: Workers) -> None:
    gate = threading.Event()
    callers = [
        threading.Thread(target=lambda: workers.run(lambda: gate.wait(30), patient()))
        for _ in range(MAX_THREADS)
    ]
    for thread in callers:
        thread.start()
    waiting = threading.Event()
    while len(workers._busy) < MAX_THREADS:
        waiting.wait(0.01)
    with pytest.raises(Busy, match="under way"):
        workers.run(lambda: 1, patient())
    gate.set()
    for thread in callers:
        thread.join(10)


def test_a_closed_pool_takes_nothing(workers: Workers) -> None:
    workers.close()
    with pytest.raises(Busy, match="closed"):
        workers.run(lambda: 1, patient())
