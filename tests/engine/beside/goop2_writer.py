"""Another program that writes data.db in Goop2's manner: WAL, a busy timeout, short transactions, now and
then a longer one and a checkpoint.

Usage: ``goop2_writer.py DATABASE ROWS PAUSE``. Prints ``ready``, then, at the end, when each of its rows was
committed (a JSON list, on the monotonic clock that all processes share). A line on standard input ends it
before.
"""

from __future__ import annotations

import json
import random
import select
import sqlite3
import sys
import time

LONG = 0.3  # seconds of a longer transaction
VERY_LONG = 0.7  # of one that is long enough to be told


def main() -> None:
    path, rows, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    chance, commits = random.Random(7), list[float]()
    print("ready", flush=True)
    while len(commits) < rows and not select.select([sys.stdin], [], [], 0)[0]:
        write_row(connection, len(commits), chance.random() < 0.02)
        commits.append(time.monotonic())
        if chance.random() < 0.02:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        time.sleep(pause * chance.random() * 2)
    connection.close()
    print(json.dumps(commits), flush=True)


def write_row(connection: sqlite3.Connection, number: int, is_long: bool) -> None:
    is_very_long = number % 150 == 20
    connection.execute("BEGIN EXCLUSIVE" if is_very_long else "BEGIN IMMEDIATE")
    connection.execute("INSERT INTO guestbook (_owner, message) VALUES ('goop2', ?)", (f"number {number}",))
    if is_long or is_very_long:
        time.sleep(VERY_LONG if is_very_long else LONG)
    connection.execute("COMMIT")


if __name__ == "__main__":
    main()
