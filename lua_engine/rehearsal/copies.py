"""Private copies of the live database, kept for the next dry run as long as nobody writes."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.calls.beginning import Beginning
from lua_engine.rehearsal.folder import TrialFolder
from lua_engine.store.changes.private_copy import LiveVersion, PrivateCopy

MAX_IDLE = 2
_CLOSE_SECONDS = 5.0


class Copies:
    """Thread-safe. Nothing is on disk before the first copy is asked for."""

    def __init__(self, source: Path, *, may_be_missing: bool = False) -> None:
        self._source = source
        self._lock = threading.Condition()
        self._in_use = 0
        self._version = LiveVersion(source, may_be_missing=may_be_missing)
        self._folder: TrialFolder | None = None
        self._idle: list[tuple[PrivateCopy, tuple[object, ...]]] = []
        self._numbers = itertools.count(1)
        self._is_closed = False

    @contextmanager
    def taken(
        self, check: Callable[[], None], beginning: Beginning | None = None
    ) -> Iterator[tuple[PrivateCopy, Path]]:
        """A copy of the data as they are now, or of ``beginning``, for this block alone, and a folder for
        other files.

        ``check`` is called while a large database is copied and may raise to give up. Raises
        :class:`StoreError`.
        """
        number = next(self._numbers)
        with self._using():
            copy, version = self._take(number, check) if beginning is None else self._begin(number, beginning)
            is_good = False
            try:
                yield copy, self._path() / f"files-{number}"
                if not copy.is_abandoned:
                    copy.reset()
                    is_good = True
            finally:
                self._give_back(copy, version, is_good)

    def close(self) -> None:
        """Delete everything, after waiting for those who were told to end."""
        with self._lock:
            self._is_closed = True
            self._lock.wait_for(lambda: not self._in_use, _CLOSE_SECONDS)
            idle, self._idle = self._idle, []
            folder, self._folder = self._folder, None
            self._version.close()
        for copy, _version in idle:
            copy.discard()
        if folder is not None:
            folder.close()

    @contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            self._refuse_when_closed()
            self._in_use += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_use -= 1
                self._lock.notify_all()

    def _take(self, number: int, check: Callable[[], None]) -> tuple[PrivateCopy, tuple[object, ...]]:
        with self._lock:
            version = self._version()
            self._idle.sort(key=lambda one: one[1] == version)
            copy, of = self._idle.pop() if self._idle else (None, None)
        # The version was looked at before: what is committed while a copy is made makes it stale, never
        # wrong.
        if copy is not None:
            if of != version:
                copy.renew(check)
            return copy, version
        return PrivateCopy(self._source, self._path() / f"data-{number}.db", check), version

    def hold(self, copy: PrivateCopy, files: Path) -> Beginning:
        """Keep what ``copy`` and ``files`` began with, before anything is written to them."""
        number = next(self._numbers)
        held = Beginning(self._path() / f"held-{number}.db", self._path() / f"held-{number}")
        copy.hold(held.data)
        if files.is_dir():
            shutil.copytree(files, held.files, symlinks=True)
        return held

    def _begin(self, number: int, beginning: Beginning) -> tuple[PrivateCopy, tuple[object, ...]]:
        path = self._path() / f"data-{number}.db"
        return PrivateCopy(beginning.data, path, lambda: None, is_held=True), ()

    def _give_back(self, copy: PrivateCopy, version: tuple[object, ...], is_good: bool) -> None:
        with self._lock:
            if is_good and not copy.is_held and not self._is_closed and len(self._idle) < MAX_IDLE:
                self._idle.append((copy, version))
                return
        with suppress(OSError):  # the folder may be gone already
            copy.discard()

    def _refuse_when_closed(self) -> None:
        if self._is_closed:
            raise SiteError("the site is closed")

    def _path(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = TrialFolder()
            return self._folder.path
