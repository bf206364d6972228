"""What a long edit has done so far, on disk: when its program is killed in the middle, the next start takes
back what was written.

An edit of many rows is many short transactions. Before each of them is committed, the rows that it touched
are appended here, as they were and as they become; when the edit is over the file is deleted. So after a
``kill -9`` the file names at least all that was committed::

    write batch 1 here, commit batch 1, write batch 2 here, (killed)

    next start: batch 2 was not committed, its rows are not as it would have left them: nothing to do
                batch 1 was: its rows are as it left them, and become what they were

A power cut may take what was not forced to the disk. So each record is forced there before its transaction is
committed, and the whole edit (:func:`sync_log`) before the file goes.

A row that somebody changed meanwhile is left alone. The file is locked by whoever works with it. Each record
is ``length, tag, marshal``; the tag is an HMAC with this user's key, so that a folder from elsewhere cannot
bring changes along, and nothing is unpacked that we did not pack.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import marshal
import os
import struct
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lua_engine.base.errors import SiteError, StoreError
from lua_engine.site.atomic import force_to_disk, sync_folder
from lua_engine.site.foreign import make_own_folder
from lua_engine.site.lock import lock_file
from lua_engine.site.user_folder import journal_key
from lua_engine.store.changes.change_store import packed_row, unpacked_row
from lua_engine.store.changes.diff import TouchedRow, TouchedTable
from lua_engine.store.changes.edit_folder import EDITS, ENDING, left_over
from lua_engine.store.changes.exact import PAUSE_SECONDS, exact_write
from lua_engine.store.changes.identifiers import quoted
from lua_engine.store.changes.inverse import conflicts, take_back
from lua_engine.store.database import Database

_FORMAT = 1
_MAX_RECORD = 1024 * 1024 * 1024  # bytes
_LENGTH = struct.Struct(">I")
_TAG = hashlib.sha256().digest_size
_log = logging.getLogger("goop.store")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An edit that was cut off: ``rows`` of it were taken back, ``left`` not, as somebody has changed them
    since.
    """

    title: str
    table: str
    began_at: float  # seconds since the epoch
    rows: int
    left: int

    @property
    def words(self) -> str:
        """One sentence for the log."""
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.began_at))
        text = (
            f'"{self.title}" in {self.table} ({when}) was cut off when the program was ended: {self.rows:,} '
            f"row{' was' if self.rows == 1 else 's were'} taken back"
        )
        return f"{text}; {self.left:,} left as they are, changed since" if self.left else text


class EditJournals:
    """The journals of one site, in ``home/.goop-console/edits``. ``home`` None: none are kept."""

    def __init__(self, home: Path | None, console: str = ".goop-console") -> None:
        self._home = home
        self._console = console

    def begin(self, title: str, table: str) -> EditJournal | None:
        """A journal for an edit that begins; None where none can be kept."""
        if self._home is None:
            return None
        try:
            key = journal_key(create=True)
            folder = make_own_folder(self._home, self._console, EDITS)
        except SiteError:  # it is a help for a bad day: the edit itself is not refused for it
            return None
        path = folder / f"{uuid.uuid4().hex}{ENDING}"
        file = lock_file(path)
        if key is None or file is None:
            return None
        journal = EditJournal(path, file, key)
        journal.write({"format": _FORMAT, "title": title, "table": table, "began_at": time.time()})
        try:
            for one in (folder, folder.parent, self._home):  # the file's name, and those of what it is in
                sync_folder(one)
        except OSError as error:
            _log.warning("%s: cannot be forced to the disk: %s", path, error.strerror or error)
        return journal

    def left_over(self) -> tuple[Path, ...]:
        """Files of edits that are under way, or were cut off."""
        if self._home is None:
            return ()
        return left_over(self._home, self._console)

    def take_back(
        self, database: Database, report: Callable[[TakenBack], object], goes_on: Callable[[], bool]
    ) -> None:
        """Take back every edit that was cut off, in short transactions, while ``goes_on``; the rest is for
        the next time. Raises :class:`StoreError`, and :class:`SiteError` for a key that cannot be read.
        """
        for path in self.left_over():
            file = lock_file(path)
            if file is None:
                continue  # an edit of another program that is under way
            with file:
                done = _taken_back(database, file, path, goes_on)
                if done is None:
                    continue
                sync_log(database)
                _end(file, path)
            if done.rows or done.left:
                report(done)


class EditJournal:
    """One edit's, locked until it is over."""

    def __init__(self, path: Path, file: IO[bytes], key: bytes) -> None:
        self._path = path
        self._file = file
        self._key = key
        self._number = 0

    def add(self, tables: Iterable[TouchedTable]) -> None:
        """A transaction is about to be committed. Raises :class:`StoreError` when it cannot be noted: then
        it must not be committed.
        """
        self.write([(one.table, one.key, one.columns, _packed(one.rows)) for one in tables])

    def write(self, value: Any) -> None:
        data = marshal.dumps(value)
        tag = _tag(self._key, self._path.name, self._number, data)
        try:
            self._file.write(_LENGTH.pack(len(data)) + tag + data)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written: {error.strerror or error}") from error
        self._number += 1

    def end(self) -> None:
        """The edit is over, one way or the other, and on the disk."""
        _end(self._file, self._path)


def sync_log(database: Database) -> None:
    """Force to the disk what is committed: SQLite itself does so only now and then, so that a power cut may
    take the last transactions, though never a part of one. A disk that cannot do it is said in the log.
    """
    try:
        force_to_disk(database.path.with_name(f"{database.path.name}-wal"))  # what left it is there already
    except OSError as error:
        _log.warning("%s: cannot be forced to the disk: %s", database.path, error.strerror or error)


def _end(file: IO[bytes], path: Path) -> None:
    """Nothing is left to be taken back, whatever happens from now on. Emptied first, since an open file
    cannot be deleted everywhere.
    """
    try:
        with file:
            file.truncate(0)
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: cannot be deleted: %s", path, error.strerror or error)


def _taken_back(
    database: Database, file: IO[bytes], path: Path, goes_on: Callable[[], bool]
) -> TakenBack | None:
    """None: it stays for another time, or for the newer program that wrote it."""
    key = journal_key(create=False)
    places = list(_places(file, path.name, key)) if key is not None else []
    head = _unpacked(file, places[0]) if places else {}
    if not head:
        return TakenBack("", "", 0.0, 0, 0)  # empty, or another user's: it can only be forgotten
    if head["format"] > _FORMAT:
        return None
    rows = left = 0
    for place in reversed(places[1:]):
        for name, table_key, columns, packed in reversed(_unpacked(file, place)):
            if not goes_on():
                return None
            touched = tuple(
                TouchedRow(one, unpacked_row(before), unpacked_row(after)) for one, before, after in packed
            )
            done, changed = _take_back(database, TouchedTable(name, table_key, columns, touched))
            rows += done
            left += changed
            time.sleep(PAUSE_SECONDS)
    return TakenBack(head["title"], head["table"], head["began_at"], rows, left)


def _take_back(database: Database, table: TouchedTable) -> tuple[int, int]:
    """How many rows became what they were, and how many were somebody else's by now: all of them where the
    table is gone, or has other columns.
    """
    if not _is_there(database, table):
        return 0, len(table.rows)
    with exact_write(database, frozenset({table.table}), origin="undo") as write:
        others = {one.key: one for one in conflicts(write.connection, table)}
        ours = tuple(row for row in table.rows if row.key not in others)
        take_back(write.connection, TouchedTable(table.table, table.key, table.columns, ours))
    # A row that is as it was before was never changed: its transaction was not committed.
    changed = sum(1 for row in table.rows if row.key in others and others[row.key].now != row.before)
    return len(ours), changed


def _is_there(database: Database, table: TouchedTable) -> bool:
    with database.system_read() as connection:
        described = connection.exec_driver_sql(f"PRAGMA main.table_xinfo({quoted(table.table)})").all()
    names = {row.name for row in described}
    return bool(names) and names.issuperset(set(table.columns) - {"rowid"})


def _places(file: IO[bytes], name: str, key: bytes) -> Iterator[tuple[int, int]]:
    """Where each whole record of ours begins and how long it is; the last one may be cut off."""
    size = os.fstat(file.fileno()).st_size
    place = number = 0
    while place + _LENGTH.size + _TAG <= size:
        file.seek(place)
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        tag = file.read(_TAG)
        begin = place + _LENGTH.size + _TAG
        if length > _MAX_RECORD or begin + length > size:
            return
        if not hmac.compare_digest(tag, _tag(key, name, number, file.read(length))):
            return
        yield begin, length
        place, number = begin + length, number + 1


def _unpacked(file: IO[bytes], place: tuple[int, int]) -> Any:
    file.seek(place[0])
    return marshal.loads(file.read(place[1]))  # ours: its tag was looked at


def _packed(rows: Iterable[TouchedRow]) -> list[tuple[Any, bytes | None, bytes | None]]:
    return [(row.key, packed_row(row.before), packed_row(row.after)) for row in rows]


def _tag(key: bytes, name: str, number: int, data: bytes) -> bytes:
    head = f"goop-console edit\0{name}\0{number}\0".encode()
    return hmac.new(key, head + data, hashlib.sha256).digest()
