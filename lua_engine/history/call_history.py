"""The calls that were made from here, newest first, on disk: ``.goop-console/history.db``, the console's own
file.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import SiteError, StoreError
from lua_engine.base.records import Origin
from lua_engine.calls.outcome import Outcome, outcome_of, reason_of
from lua_engine.calls.request import Request, RequestKind
from lua_engine.calls.result import CallResult
from lua_engine.history import repeats
from lua_engine.history.call_text import decode, encode
from lua_engine.history.choice import read_choice, write_choice
from lua_engine.history.secrets import without_secrets
from lua_engine.store.failures import store_error
from lua_engine.store.own_database import open_own_database

KEEP = 10_000
MAX_BYTES = 256 * 1024 * 1024  # of all calls together
MAX_SEARCHED = 4_096  # characters of a call that are searched
_VERSION = 3
_COLUMNS = (
    "id, call_id, started_at, kind, script, title, caller_id, caller_label, role, outcome, ok, dry, "
    "seconds, row_count, reason, origin, times, last_at"
)
_DDL = """
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY, call_id TEXT NOT NULL, started_at REAL NOT NULL, kind TEXT NOT NULL,
  script TEXT NOT NULL, title TEXT NOT NULL,
  caller_id TEXT NOT NULL, caller_label TEXT NOT NULL, role TEXT NOT NULL, outcome TEXT NOT NULL,
  ok INTEGER NOT NULL, dry INTEGER NOT NULL,
  seconds REAL NOT NULL, row_count INTEGER NOT NULL, reason TEXT NOT NULL, searched TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT 'window', times INTEGER NOT NULL DEFAULT 1, last_at REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
  body BLOB NOT NULL, note TEXT NOT NULL);
"""
_FROM_2 = f"""
ALTER TABLE calls ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
ALTER TABLE calls ADD COLUMN last_at REAL NOT NULL DEFAULT 0;
{repeats.DDL}
"""
"""Version 2 kept every call of a page that polls."""
_REPEATED = "id = (SELECT id FROM repeats WHERE call_id = ? LIMIT 1)"
_FROM_1 = """
ALTER TABLE calls ADD COLUMN origin TEXT NOT NULL DEFAULT 'window';
UPDATE calls SET title = '!' || script || rtrim(' ' || title) WHERE kind = 'chat' AND script <> '';
UPDATE calls SET title = 'on_group_close(' || title || ')' WHERE kind = 'event';
"""
"""Version 1 knew no origin, and had what follows the name in the title of a chat line or an event."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A call as a list shows it. ``started_at`` is seconds since the epoch; ``seconds`` is what it took;
    ``rows`` how many it changed.

    ``title`` is the action of a call, the chat line, or the event with its text; ``role`` what the caller was
    then; ``reason`` why it was refused or failed. ``times`` is how often a page asked it and got this answer,
    the last time at ``last_at``.
    """

    id: int
    call_id: str
    started_at: float
    kind: RequestKind
    script: str
    title: str
    caller: Caller
    role: str
    outcome: Outcome
    is_dry: bool
    seconds: float
    rows: int
    reason: str
    origin: Origin
    times: int = 1
    last_at: float = 0.0


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """A call whole. ``note`` says what was too large to be kept."""

    entry: HistoryEntry
    result: CallResult
    note: str


class CallHistory:
    """Thread-safe. The file is made with the first call. ``path`` None keeps everything in memory (a site
    open for reading only).

    Raises :class:`StoreError` when the file cannot be read or written; it names the file.
    """

    def __init__(
        self, path: Path | None, role_of: Callable[[str], str] = lambda _peer: "", *, keep: int = KEEP
    ) -> None:
        self._path = path
        self._role_of = role_of
        self._keep = keep
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._repeats = repeats.Repeats()
        self._choice = None if path is None else path.with_name("history.json")
        self._keeps_secrets = self._choice is not None and read_choice(self._choice)

    @property
    def keeps_secrets(self) -> bool:
        """Whether what stands under keys such as ``password`` is kept as it is."""
        return self._keeps_secrets

    def set_keeps_secrets(self, keeps_secrets: bool) -> None:
        """Keep them from the next call on, also after the next start, or hide them. Raises
        :class:`SiteError` when the site is read-only or the file cannot be written.
        """
        if self._choice is None:
            raise SiteError("this site is open read-only: what the history keeps cannot be changed")
        write_choice(self._choice, keeps_secrets=keeps_secrets)
        with self._lock:
            self._keeps_secrets = keeps_secrets
            self._repeats.forget()  # what is kept differs from now on: the same is an entry of its own

    def add(self, result: CallResult, *, role: str | None = None) -> int:
        """Keep a call, or count it where a page asked the same and got the same; answers the entry's id.
        Without ``role`` it is the caller's role now.
        """
        marks = repeats.marks_of(result)
        if marks is not None:
            with self._open() as connection, connection:
                counted = self._repeats.count(connection, result, marks)
            if counted is not None:
                return counted
        return self._keep_whole(result if self._keeps_secrets else without_secrets(result), role, marks)

    def _keep_whole(self, result: CallResult, role: str | None, marks: repeats.Marks | None) -> int:
        request = result.request
        shown = self._role_of(result.caller.id) if role is None else role
        body, note = encode(result)
        title, reason = _title(request), _storable(reason_of(result))
        searched = _storable(
            "\n".join(
                (
                    result.script,
                    title,
                    result.caller.label,
                    result.caller.id,
                    reason,
                    _text(request.argument),
                )
            )[:MAX_SEARCHED]
        )
        row = (
            result.call_id, result.started_at, request.kind, result.script, title, result.caller.id,
            result.caller.label, shown, outcome_of(result), result.ok, result.is_dry, result.timings.total,
            result.diff.row_count, reason[:1_000], result.origin.value, 1, result.started_at, searched,
        )  # fmt: skip
        with self._open() as connection, connection:
            columns = f"{_COLUMNS.removeprefix('id, ')}, searched"
            cursor = connection.execute(
                f"INSERT INTO calls ({columns}) VALUES ({', '.join('?' * len(row))})", row
            )
            made_id = int(cursor.lastrowid or 0)
            connection.execute(
                "INSERT INTO bodies (id, body, note) VALUES (?, ?, ?)",
                (made_id, zlib.compress(body.encode(), 1), note),
            )
            connection.execute("DELETE FROM calls WHERE id <= ?", (made_id - self._keep,))
            _keep_small(connection)
            if marks is not None:
                self._repeats.kept(made_id, marks)
        return made_id

    def page(
        self,
        after: int | None = None,
        limit: int = 200,
        contains: str = "",
        caller: str = "",
        script: str = "",
        outcome: str = "",
    ) -> tuple[HistoryEntry, ...]:
        """Newest first; ``after`` is the id of the last entry of the page before.

        ``contains`` is a text in script, title, caller, reason or params (ASCII letters in either case);
        ``caller`` an id or a label.
        """
        conditions, args = ["1"], list[Any]()
        for condition, values in (
            ("id < ?", [after] if after is not None else []),
            ("searched LIKE ? ESCAPE '\\'", [f"%{_escaped(contains)}%"] if contains else []),
            ("(caller_id = ? OR caller_label = ?)", [caller, caller] if caller else []),
            ("script = ?", [script] if script else []),
            ("outcome = ?", [outcome] if outcome else []),
        ):
            if values:
                conditions.append(condition)
                args += values
        sql = f"SELECT {_COLUMNS} FROM calls WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"
        with self._open() as connection:
            rows = connection.execute(sql, (*args, limit)).fetchall()
        return tuple(map(_entry, rows))

    def entry(self, entry_id: int) -> HistoryRecord:
        """One call whole. Raises :class:`StoreError` when it is not kept any more."""
        row = self._row("id = ?", entry_id)
        if row is None:
            raise StoreError(f"call {entry_id} is no longer in the history")
        return _record(row)

    def find(self, call_id: str) -> HistoryRecord | None:
        """The call that log lines name so, whole; None when it is not kept."""
        row = self._row("call_id = ?", call_id) or self._row(_REPEATED, call_id)
        return None if row is None else _record(row)

    def requests(self, limit: int = 60) -> tuple[Request, ...]:
        """What was asked for last, the newest first; nothing when the history cannot be read, and a site that
        has none does not get one.
        """
        if self._path is not None and not self._path.exists():
            return ()
        try:
            return tuple(self.entry(one.id).result.request for one in self.page(limit=limit))
        except StoreError:
            return ()

    def _row(self, condition: str, value: int | str) -> Any:
        sql = (
            f"SELECT {_COLUMNS}, body, note FROM calls JOIN bodies USING (id) "
            f"WHERE {condition} ORDER BY id DESC LIMIT 1"
        )
        with self._open() as connection:
            return connection.execute(sql, (value,)).fetchone()

    def callers(self) -> tuple[Caller, ...]:
        """Everybody who made one of the calls, in alphabetical order; an id once for each label it had."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT DISTINCT caller_id, caller_label FROM calls ORDER BY caller_label, caller_id"
            ).fetchall()
        return tuple(Caller(row["caller_id"], row["caller_label"]) for row in rows)

    def scripts(self) -> tuple[str, ...]:
        """Every script that was called, in alphabetical order."""
        with self._open() as connection:
            return tuple(
                row[0]
                for row in connection.execute(
                    "SELECT DISTINCT script FROM calls WHERE script <> '' ORDER BY script"
                )
            )

    def clear(self) -> None:
        """Forget every call."""
        with self._open() as connection:
            with connection:
                connection.execute("DELETE FROM calls")
                self._repeats.forget()
            connection.execute("VACUUM")

    @property
    def count(self) -> int:
        """How many calls are kept."""
        with self._open() as connection:
            return int(connection.execute("SELECT count(*) FROM calls").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock:
            if self._is_closed:
                raise StoreError("the history is closed")
            try:
                if self._connection is None:
                    self._connection = self._connect()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                place = self._path or Path("history")
                if isinstance(error, OSError):
                    raise StoreError(f"{place}: {error.strerror or error}") from error
                raise store_error(error, place) from error

    def _connect(self) -> sqlite3.Connection:
        return open_own_database(self._path, _VERSION, _DDL + repeats.DDL, {1: _FROM_1, 2: _FROM_2})


def _keep_small(connection: sqlite3.Connection) -> None:
    """Let the oldest calls go when all of them take more than the file may."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    if (pages - free) * size > MAX_BYTES:
        connection.execute(
            "DELETE FROM calls WHERE id IN (SELECT id FROM calls ORDER BY id "
            "LIMIT (SELECT count(*) / 10 + 1 FROM calls))"
        )


def _entry(row: Iterable[Any]) -> HistoryEntry:
    """Of a row that begins with :data:`_COLUMNS`."""
    (
        entry_id, call_id, started_at, kind, script, title, caller_id, label, role, outcome, _ok, is_dry,
        seconds, row_count, reason, origin, times, last_at, *_body,
    ) = row  # fmt: skip
    return HistoryEntry(
        entry_id, call_id, started_at, kind, script, title, Caller(caller_id, label), role, outcome,
        bool(is_dry), seconds, row_count, reason, Origin(origin), times, last_at,
    )  # fmt: skip


def _record(row: sqlite3.Row) -> HistoryRecord:
    entry = _entry(row)
    body = zlib.decompress(row["body"]).decode()
    return HistoryRecord(entry, decode(body, entry, is_ok=bool(row["ok"])), row["note"])


def _title(request: Request) -> str:
    return _storable((request.action if request.kind == "call" else request.title)[:200])


def _storable(text: str) -> str:
    """Half a surrogate pair, which JSON can say, is no text for SQLite."""
    return text.encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
