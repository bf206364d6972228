"""Goop2 and the console write the same data.db at the same time: no row is lost, no error shown, and every write is followed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lua_engine import DataChanged, Engine, Event

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
WRITER = Path(__file__).with_name("goop2_writer.py")
FOLLOWED = 1.5  # seconds within which a write of the other is told


class _Follower:
    """Remembers when a change was told that was there before."""

    def __init__(self) -> None:
        self.told_at: list[float] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, DataChanged) and event.origin == "outside":
            self.told_at.append(time.monotonic())


@pytest.mark.timeout(SECONDS + 120)
def test_both_write_and_nothing_is_lost(engine: Engine, site: Path) -> None:
    before = _count(site, "guestbook")
    cards = _count(site, "cards")
    follower = _Follower()
    engine.bus.subscribe(follower)
    command = [sys.executable, str(WRITER), str(site / "data.db"), str(SECONDS), "0.05"]
    failures: list[str] = []
    ours = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        end, began = time.monotonic() + SECONDS, time.monotonic()
        pause = threading.Event()
        while time.monotonic() < end:
            result = engine.call("board", {"action": "add", "title": f"card {ours}"}, caller=engine.owner)
            if result.error is not None:
                failures.append(result.error.message)
            ours += 1
            engine.rows("guestbook", limit=50)
            pause.wait(0.05)
        theirs = int(writer.stdout.readline())
    assert failures == []
    assert _count(site, "guestbook") - before == theirs
    assert _count(site, "cards") - cards == ours
    assert ours > SECONDS
    assert theirs > SECONDS
    gaps = sorted(later - earlier for earlier, later in zip([began, *follower.told_at], follower.told_at, strict=False))
    assert gaps[len(gaps) // 2] <= FOLLOWED, "while the other writes all the time, a change is told every second"
    assert min(gaps[1:]) > 0.9, "never more often"


def _count(site: Path, table: str) -> int:
    connection = sqlite3.connect(site / "data.db")
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()
