"""Goop2 and the console write the same data.db at the same time: no row is lost, no error shown, and every
write is followed.

``make test`` lets each write so many rows; ``make soak`` goes on for ten minutes, on a quiet machine, and
holds it to the second and a half in which a data view must follow.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lua_engine import DataChanged, Engine, Event, LogRecorded, StoreWaiting

SOAK_SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))
WRITES = 150  # of each, when it is no soak
ENDLESS = 10**9
WRITER = Path(__file__).with_name("goop2_writer.py")
FOLLOWED = 1.5  # seconds within which a write of the other is told
PAUSE = 0.05


class _Follower:
    """Does what a data view does: looks again when it is told of a change. Remembers when it saw how many
    rows.
    """

    def __init__(self, site: Path) -> None:
        self._site = site
        self.seen: list[tuple[float, int]] = []
        self.waiting: list[bool] = []
        self.complaints: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        if isinstance(event, DataChanged) and event.origin == "external":
            with self._changed:
                rows = _count(self._site, "guestbook")
                self.seen.append((time.monotonic(), rows))
                self._changed.notify_all()
        elif isinstance(event, StoreWaiting):
            self.waiting.append(event.waiting)
        elif isinstance(event, LogRecorded) and event.line.level == "error":
            self.complaints.append(event.line.message)

    def wait_for_rows(self, rows: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: bool(self.seen) and self.seen[-1][1] >= rows, 120)

    def delays(self, commits: list[float], before: int) -> list[float]:
        """How long after each commit its row was seen; sorted."""
        looks = iter(self.seen)
        moment, rows = next(looks)
        found = []
        for number, committed in enumerate(commits, 1):
            while rows < before + number:
                moment, rows = next(looks)
            found.append(moment - committed)
        return sorted(found)


@pytest.mark.timeout(SOAK_SECONDS + 600)
def test_both_write_and_nothing_is_lost(engine: Engine, site: Path) -> None:
    before = {table: _count(site, table) for table in ("guestbook", "cards", "_groups")}
    follower = _Follower(site)
    engine.bus.subscribe(follower)
    rows = str(ENDLESS if SOAK_SECONDS else WRITES)
    command = [sys.executable, str(WRITER), str(site / "data.db"), rows, str(PAUSE)]
    began = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        cards, rooms, failures = _work(engine, began)
        if SOAK_SECONDS:
            writer.stdin.write("enough\n")
            writer.stdin.flush()
        commits = json.loads(writer.stdout.readline())
    assert follower.wait_for_rows(before["guestbook"] + len(commits)), "the last write is told too"

    assert failures == []
    assert follower.complaints == []
    assert _count(site, "guestbook") - before["guestbook"] == len(commits)
    assert _count(site, "cards") - before["cards"] == cards
    assert _count(site, "_groups") - before["_groups"] == rooms
    assert min(cards, len(commits)) >= (SOAK_SECONDS or WRITES), "both did write"
    assert follower.waiting == [True, False] * (len(follower.waiting) // 2), (
        "waiting and its end are told in turn"
    )
    assert len(follower.seen) <= time.monotonic() - began + 1, "never more often than once a second"
    delays = follower.delays(commits, before["guestbook"])
    half, nearly_all = delays[len(delays) // 2], delays[-len(delays) // 100]
    print(
        f"{len(commits)} rows of theirs, {cards} + {rooms} of ours; "
        f"seen after {half:.2f} s, 99 of 100 after {nearly_all:.2f} s"
    )
    if SOAK_SECONDS:
        assert half <= nearly_all <= FOLLOWED


def _work(engine: Engine, began: float) -> tuple[int, int, list[str]]:
    """Calls of scripts, writes of the engine itself, and reading; how many rows were made, and what went
    wrong.
    """
    cards, rooms, failures, pause = 0, 0, [], threading.Event()
    while time.monotonic() - began < SOAK_SECONDS if SOAK_SECONDS else cards < WRITES:
        result = engine.calls.call("board", {"action": "add", "title": f"card {cards}"}, caller=engine.owner)
        if result.error is not None or not (result.value or {}).get("id"):
            failures.append(repr(result.error or result.value))
        cards += 1
        if cards % 10 == 0:
            engine.rooms.create(f"Room {rooms}")
            rooms += 1
        engine.tables.page("guestbook", limit=50)
        pause.wait(PAUSE)
    return cards, rooms, failures


def _count(site: Path, table: str) -> int:
    connection = sqlite3.connect(site / "data.db", timeout=30)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()
