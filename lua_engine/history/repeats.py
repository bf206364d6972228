"""A page that polls asks the same again and again: its equal answers are one entry of the history, counted.

    17:40:00  Anna  board · list   -> {...}     kept
    17:40:03  Anna  board · list   -> the same  counted: asked twice, last at 17:40:03
    17:40:04  Anna  board · add                 kept
    17:40:06  Anna  board · list   -> another   kept

Only calls of pages that changed nothing, did nothing and logged nothing are counted so; the ids of the last
:data:`MAX_IDS` still lead to the entry.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import OrderedDict
from typing import NamedTuple

from lua_engine.base.records import Origin
from lua_engine.calls.outcome import outcome_of, reason_of
from lua_engine.calls.result import CallResult

MAX_IDS = 1_000
_MAX_KNOWN = 1_000  # questions that are remembered, over all callers
_MAX_VALUE = 1024 * 1024  # bytes of an answer; a larger one is kept each time
DDL = """
CREATE TABLE IF NOT EXISTS repeats (id INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  number INTEGER NOT NULL, call_id TEXT NOT NULL, PRIMARY KEY (id, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS repeats_by_call ON repeats (call_id);
"""


class Marks(NamedTuple):
    """Of what was asked by whom, and of what was answered."""

    question: bytes
    answer: bytes


class Repeats:
    """For one thread at a time. After a restart every question is new."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[int, bytes]] = OrderedDict()

    def count(self, connection: sqlite3.Connection, result: CallResult, marks: Marks) -> int | None:
        """Count ``result`` at the entry that says the same; answers its id, None when it must be kept."""
        known = self._known.get(marks.question)
        if known is None or known[1] != marks.answer:
            return None
        row = connection.execute(
            "UPDATE calls SET times = times + 1, last_at = ? WHERE id = ? RETURNING times",
            (result.started_at, known[0]),
        ).fetchone()
        if row is None:  # it was let go
            return None
        connection.execute("INSERT INTO repeats VALUES (?, ?, ?)", (known[0], row[0], result.call_id))
        if row[0] > MAX_IDS:
            connection.execute(
                "DELETE FROM repeats WHERE id = ? AND number <= ?", (known[0], row[0] - MAX_IDS)
            )
        return known[0]

    def kept(self, entry_id: int, marks: Marks) -> None:
        """The call became an entry: the same is counted there from now on."""
        self._known[marks.question] = (entry_id, marks.answer)
        self._known.move_to_end(marks.question)
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)

    def forget(self) -> None:
        """Every entry is gone."""
        self._known.clear()


def marks_of(result: CallResult) -> Marks | None:
    """What tells the same call again; None for one that is kept each time."""
    is_reading = result.diff.is_empty and not result.effects and not result.logs and not result.warnings
    if result.origin is not Origin.PAGE or not is_reading or result.value_bytes > _MAX_VALUE:
        return None
    request = result.request
    question = [result.caller.id, request.kind, request.target, request.argument, result.is_dry]
    return Marks(_digest(question), _digest([outcome_of(result), reason_of(result), result.value]))


def _digest(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return hashlib.sha256(text.encode()).digest()
