"""What another program wrote to rows that nobody here had read: the file as it was at the last look is
compared with the file as it is, in a thread of its own.

After a write of another program SQLite looks through every table, some 0.8 s for a million rows; nobody waits
for it. No more than a tenth of the time is spent so: where others write all the while, it is told from one
look to the next. A table that :data:`SECONDS` are too short for is left out.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import closing

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.store.changes.old_state import OldState
from lua_engine.store.changes.seen_rows import SeenRows
from lua_engine.store.database import Database
from lua_engine.store.interrupter import Interrupter
from lua_engine.store.tables.comparison import comparable_tables, difference

SECONDS = 5.0  # of one look
PAUSE = 1.0  # between two looks, or moves, at least
_SHARE = 10  # of the time of a look is what is paused after it
_HOME_SECONDS = 10.0  # between two times that the log is brought home
_SETTLE_SECONDS = 3.0

_log = logging.getLogger("goop.store")


class ExternalRows:
    """Tells ``seen``. Between :meth:`start` and :meth:`close`."""

    def __init__(self, database: Database, seen: SeenRows) -> None:
        self._database = database
        self._seen = seen
        self._changed = threading.Condition()
        self._is_external = self._is_ours = self._is_over = self._is_working = self._is_asked = False
        self._foreign = 0  # the number of others' writes that the old state has
        self._since = 0.0
        self._pause = PAUSE
        self._home_at = 0.0
        self._seconds: dict[str, float] = {}  # that a table took
        self._deadline = Deadline(0)
        self._interrupter = Interrupter()
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="goop-external-rows", daemon=True)

    def start(self) -> None:
        """Soon: who opens the data browser waits for nobody who is writing."""
        self._thread.start()

    def on_write(self, *, is_ours: bool) -> None:
        """Something was committed."""
        with self._changed:
            self._is_ours, self._is_external = self._is_ours or is_ours, self._is_external or not is_ours
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait, not for ever, until it has begun and what others have written by now is told."""
        if not self._thread.is_alive() or not self._is_ready.wait(_SETTLE_SECONDS):
            return
        is_behind = self._database.schema_version()[1] != self._foreign
        with self._changed:
            self._is_external = self._is_external or is_behind
            self._is_asked = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not (self._is_external or self._is_working), _SETTLE_SECONDS)

    def close(self) -> None:
        """End the look that is under way, and join the thread."""
        with self._changed:
            self._is_over = True
            self._deadline.revoke()
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        self._interrupter.close()

    def _run(self) -> None:
        trouble = ""
        while not self._is_over:
            try:
                with closing(OldState(self._database.path)) as state:
                    self._follow(state)
            except (KnownError, sqlite3.Error) as error:  # somebody has the file for itself, or it is gone
                if str(error) != trouble:
                    trouble = str(error)
                    _log.info("what others write is told for rows that were read here only: %s", error)
            with self._changed:
                self._is_working = self._is_external = False
                self._is_ready.set()
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._is_over, _SETTLE_SECONDS)

    def _follow(self, state: OldState) -> None:
        with self._database.no_own_writes():
            self._foreign = self._foreign_writes()
            state.begin_next()
            self._moved(state)
        self._is_ready.set()
        while self._wait():
            if self._is_external:
                self._look(state)
            else:
                self._move_on(state)
            with self._changed:
                self._is_working = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._is_over or self._is_asked, self._pause)

    def _wait(self) -> bool:
        """Until there is something to do; false: it is all over."""
        with self._changed:
            self._is_asked = False
            self._changed.wait_for(lambda: self._is_over or self._is_ours or self._is_external)
            self._is_working = not self._is_over
            return not self._is_over

    def _look(self, state: OldState) -> None:
        started, since = time.monotonic(), self._since
        with self._changed:
            self._is_external = self._is_ours = False
            self._deadline = Deadline(0 if self._is_over else SECONDS)
        with self._database.no_own_writes():
            self._foreign = self._foreign_writes()  # first: what comes in between is looked at next time too
            state.begin_next()
            state.join_now()
            ours = self._seen.turn()
        tables = comparable_tables(state.connection)
        for table in sorted(tables, key=lambda name: self._seconds.get(name, 0.0)):
            if not self._deadline.is_over and ours.get(table, ()) is not None:
                self._compare(state, table, ours.get(table) or set(), since)
        self._moved(state)
        self._pause = max(PAUSE, _SHARE * (time.monotonic() - started))

    def _compare(self, state: OldState, table: str, ours: set[int], since: float) -> None:
        started = time.monotonic()
        try:
            with self._interrupter.watching(state.connection, self._deadline):
                found = difference(state.connection, table)
        except sqlite3.OperationalError:
            if not self._deadline.is_over:
                raise
            self._seconds[table] = SECONDS
            return
        self._seconds[table] = time.monotonic() - started
        if found is not None:
            before, after = (
                {key: row for key, row in rows.items() if key not in ours}
                for rows in (found.before, found.after)
            )
            self._seen.tell(table, found.columns, before, after, since)

    def _move_on(self, state: OldState) -> None:
        """Nobody but us has written: what is there now is the old state."""
        with self._changed:
            self._is_ours = False
        is_long = state.is_log_long() and time.monotonic() > self._home_at + _HOME_SECONDS
        if is_long:
            state.bring_home()  # most of it, while others may write
            self._home_at = time.monotonic()
        with self._database.no_own_writes():
            self._step(state)
            if is_long:
                state.bring_home()
                self._step(state)  # begins where nothing of the log is needed: the next writer begins it anew
        self._pause = PAUSE

    def _step(self, state: OldState) -> None:
        state.begin_next()
        if self._foreign_writes() == self._foreign:
            self._seen.turn()
            self._moved(state)
            return
        state.forget_next()
        with self._changed:
            self._is_external = True

    def _moved(self, state: OldState) -> None:
        state.move_on()
        self._since = time.time()

    def _foreign_writes(self) -> int:
        return self._database.schema_version()[1]
