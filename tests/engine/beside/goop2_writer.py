"""Another program that writes data.db in Goop2's manner: WAL, a busy timeout, short transactions, now and then a longer one and a checkpoint.

Usage: ``goop2_writer.py DATABASE SECONDS PAUSE``. Prints ``ready``, then, at the end, how many rows it has inserted. A line on standard input ends it.
"""

from __future__ import annotations

import random
import select
import sqlite3
import sys
import time


def main() -> None:
    path, seconds, pause = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    chance, count = random.Random(7), 0
    print("ready", flush=True)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not select.select([sys.stdin], [], [], 0)[0]:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO guestbook (_owner, message) VALUES ('goop2', ?)", (f"number {count}",))
        if chance.random() < 0.02:
            time.sleep(0.3)
        connection.execute("COMMIT")
        count += 1
        if chance.random() < 0.02:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        time.sleep(pause * chance.random() * 2)
    connection.close()
    print(count, flush=True)


if __name__ == "__main__":
    main()
