"""The undo stack over all tables: what was edited, newest last, each entry to be taken back and done again.

An entry may be of many short transactions (an import): it is taken back in short transactions too, the last
first,
after a look whether every row is still as the entry left it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.store.changes.change_store import ChangeStore
from lua_engine.store.changes.diff import TouchedTable
from lua_engine.store.changes.exact import PAUSE_SECONDS, exact_write
from lua_engine.store.changes.inverse import Conflict, conflicts, take_back
from lua_engine.store.changes.journal import EditJournal, EditJournals, sync_log
from lua_engine.store.database import Database

BATCH_ROWS = 100
"""Rows of one transaction: the file is locked for less than 50 ms."""

MAX_CONFLICTS = 20
Note = Callable[[tuple[TouchedTable, ...]], object]
Progress = Callable[[int], None]


def _nobody(_: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """One edit. ``title`` is what was done, in words; ``time`` is seconds since the epoch."""

    id: int
    title: str
    table: str
    rows: int
    time: float
    is_undone: bool = False


class UndoConflict(StoreError):
    """Rows were changed since, at most :data:`MAX_CONFLICTS` of them are listed. Nothing was written."""

    def __init__(self, entry: UndoEntry, found: tuple[Conflict, ...]) -> None:
        rows = "a row has" if len(found) == 1 else f"{len(found)} rows have"
        super().__init__(f"{entry.title}: {rows} been changed since")
        self.entry = entry
        self.conflicts = found


class UndoLog:
    """Thread-safe; edits and undos go one after the other. ``changed`` is called after each."""

    def __init__(
        self,
        database: Database,
        changed: Callable[[], None] = lambda: None,
        journals: EditJournals | None = None,
    ) -> None:
        self._database = database
        self._changed = changed
        self._journals = journals or EditJournals(None)
        self._store = ChangeStore()
        self._lock = threading.RLock()
        self._entries: list[UndoEntry] = []
        self._changes: dict[int, int] = {}  # of an entry: what would be taken back now

    def entries(self) -> tuple[UndoEntry, ...]:
        """Every edit since the site was opened, the oldest first;
        undone ones too, until another edit is made.
        """
        return tuple(self._entries)

    def new_entry(self, title: str, table: str) -> Recorder:
        """An edit begins; see :class:`Recorder`."""
        return Recorder(self, self._store, title, table, self._journals)

    def undo(
        self,
        entry_id: int | None = None,
        *,
        force: bool = False,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> UndoEntry | None:
        """Take back the newest entry that is not undone (or that one); None when there is none.

        Raises :class:`UndoConflict`, unless ``force``, when a row was changed since, and :class:`CallKilled`
        when ``deadline`` is over before the last row; nothing is changed then. ``progress`` hears how many
        rows are done.
        """
        with self._lock:
            candidates = [one for one in self._entries if not one.is_undone and entry_id in (None, one.id)]
            return self._turn(candidates[-1], force, deadline, progress) if candidates else None

    def redo(
        self,
        entry_id: int | None = None,
        *,
        force: bool = False,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> UndoEntry | None:
        """Do the entry that was undone last (or that one) again, as :meth:`undo` does; None when there is
        none.
        """
        with self._lock:
            candidates = [one for one in self._entries if one.is_undone and entry_id in (None, one.id)]
            return self._turn(candidates[0], force, deadline, progress) if candidates else None

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._store.close()

    def keep(self, entry: UndoEntry, change: int) -> UndoEntry:
        """Called by a :class:`Recorder`: the edit is done."""
        with self._lock:
            for old in [one for one in self._entries if one.is_undone]:
                self._store.drop(self._changes.pop(old.id))
                self._entries.remove(old)
            self._entries.append(entry)
            self._changes[entry.id] = change
        self._changed()
        return entry

    def take_back(
        self,
        change: int,
        note: Note = _nobody,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> int:
        """Make ``change`` undone, in short transactions; answers the change that this was. All or nothing;
        ``note`` hears of each transaction before it is committed.
        """
        done, rows = self._store.new(), 0
        try:
            for tables in self._undone(change, note):
                self._store.add(done, tables)
                rows += sum(len(one.rows) for one in tables)
                progress(rows)
                if deadline is not None:
                    deadline.check()
        except BaseException:
            for _tables in self._undone(done, _nobody):
                pass
            raise
        return done

    def end_journal(self, journal: EditJournal) -> None:
        """An edit is over: it is on the disk before its journal goes."""
        sync_log(self._database)
        journal.end()

    def _undone(self, change: int, note: Note) -> Iterator[tuple[TouchedTable, ...]]:
        for part in self._store.parts(change, BATCH_ROWS):
            tables = frozenset({part.table})
            with exact_write(self._database, tables, origin="undo", before_commit=note) as write:
                take_back(write.connection, part)
            yield write.tables
            time.sleep(PAUSE_SECONDS)

    def _turn(
        self, entry: UndoEntry, force: bool, deadline: Deadline | None, progress: Progress
    ) -> UndoEntry:
        change = self._changes[entry.id]
        if not force:
            found = self._conflicts(change, deadline)
            if found:
                raise UndoConflict(entry, found)
        is_long = entry.rows > BATCH_ROWS
        word = "Redo" if entry.is_undone else "Undo"
        journal = self._journals.begin(f"{word}: {entry.title}", entry.table) if is_long else None
        try:
            note = journal.add if journal is not None else _nobody
            done = self.take_back(change, note, deadline, progress)
        finally:
            if journal is not None:
                self.end_journal(journal)
        self._store.drop(change)
        turned = replace(entry, is_undone=not entry.is_undone)
        self._entries[self._entries.index(entry)] = turned
        self._changes[entry.id] = done
        self._changed()
        return turned

    def _conflicts(self, change: int, deadline: Deadline | None) -> tuple[Conflict, ...]:
        found: list[Conflict] = []
        touched: set[tuple[str, object]] = set()
        for part in self._store.parts(change, BATCH_ROWS):
            if deadline is not None:
                deadline.check()
            fresh = TouchedTable(
                part.table,
                part.key,
                part.columns,
                tuple(row for row in part.rows if (part.table, row.key) not in touched),
            )
            touched.update((part.table, row.key) for row in part.rows)
            with self._database.system_read() as connection:
                for one in conflicts(connection, fresh):
                    found.append(one)
                    if len(found) >= MAX_CONFLICTS:
                        return tuple(found)
        return tuple(found)


class Recorder:
    """The transactions of one edit as they are committed."""

    def __init__(
        self, log: UndoLog, store: ChangeStore, title: str, table: str, journals: EditJournals
    ) -> None:
        self._log = log
        self._store = store
        self._title = title
        self._table = table
        self._journals = journals
        self._journal: EditJournal | None = None
        self._is_long = False
        self._change = store.new()
        self.rows = 0

    def is_long(self) -> None:
        """The edit is of several transactions: from now on each is noted on disk before it is committed."""
        if not self._is_long:
            self._is_long = True
            self._journal = self._journals.begin(self._title, self._table)

    def before_commit(self, tables: tuple[TouchedTable, ...]) -> None:
        """A transaction is about to be committed."""
        if self._journal is not None:
            self._journal.add(tables)

    def add(self, tables: tuple[TouchedTable, ...]) -> None:
        """One transaction is committed."""
        changed = tuple(
            TouchedTable(
                one.table, one.key, one.columns, tuple(row for row in one.rows if row.before != row.after)
            )
            for one in tables
        )
        self.rows += sum(len(one.rows) for one in changed if one.table == self._table)
        self._store.add(self._change, [one for one in changed if one.rows])
        if self._is_long:
            time.sleep(PAUSE_SECONDS)

    def finish(self, title: str = "") -> UndoEntry | None:
        """The edit is done (``title``: in other words than at its beginning); None when it changed
        nothing.
        """
        self._end_journal()
        if not self.rows:
            self._store.drop(self._change)
            return None
        entry = UndoEntry(self._change, title or self._title, self._table, self.rows, time.time())
        return self._log.keep(entry, self._change)

    def give_up(self) -> None:
        """Take back what was committed so far. Where that fails too (a disk that is full has no room for it),
        its journal stays, and the next start does it: :class:`StoreError` says so.
        """
        try:
            self._store.drop(self._log.take_back(self._change))
        except StoreError as error:
            if self._journal is None:
                raise
            rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
            raise StoreError(
                f"{error}. {rows} of {self._table} were written before; they are taken back at the next start"
            ) from error
        self._store.drop(self._change)
        self._end_journal()

    def _end_journal(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            self._log.end_journal(journal)
