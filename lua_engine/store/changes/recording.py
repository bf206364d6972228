"""A database that knows which rows each script wrote, and can record what one call changes, while others go
on
writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from lua_engine.base.events import EventBus
from lua_engine.store.changes.diff import DataDiff, Recording
from lua_engine.store.changes.touched_keys import TouchedKeys
from lua_engine.store.changes.tracking import Tracker
from lua_engine.store.database import Database
from lua_engine.store.script.statements import Scope, ScriptWriter


class RecordingDatabase(Database):
    """Keeping the keys costs little; keeping rows costs nothing while nobody records."""

    def __init__(self, path: Path, *, read_only: bool = False, bus: EventBus | None = None) -> None:
        super().__init__(path, read_only=read_only, bus=bus)
        self._has_listeners = bus is not None
        self._recordings: tuple[Recording, ...] = ()
        # Guarded by the one write transaction:
        self._keys = TouchedKeys()
        self._tracker = Tracker()
        self._is_tracking = False

    @contextmanager
    def recording(self, origin: str) -> Iterator[Recording]:
        """Record what the call ``origin`` writes, until the end of the block."""
        recording = Recording(origin)
        self._recordings = (*self._recordings, recording)
        try:
            yield recording
        finally:
            self._recordings = tuple(one for one in self._recordings if one is not recording)

    def diff_of(self, origin: str) -> DataDiff | None:
        """What the call ``origin`` changed so far; None when it is not recorded."""
        recording = self._covering(origin)
        return recording.diff() if recording is not None else None

    def adopt(self, origin: str, cause: str) -> None:
        """``origin`` is a call that follows from ``cause``: what records the one records the other."""
        recording = self._covering(cause)
        if recording is not None:
            recording.adopt(origin)

    def script_write(self, scope: Scope) -> AbstractContextManager[ScriptWriter]:
        """See :meth:`Database.script_write`."""
        recording = self._covering(scope.origin)
        if recording is None and not self._is_tracking:
            return super().script_write(scope)
        return self._tracked_write(scope, recording)

    @contextmanager
    def _tracked_write(self, scope: Scope, recording: Recording | None) -> Iterator[ScriptWriter]:
        with super().script_write(scope) as writer:
            if recording is not None:
                self._is_tracking = True
                self._tracker.begin(writer.connection)
            elif self._is_tracking:
                self._tracker.end(writer.connection)
                self._is_tracking = False
            yield writer
            touched = self._tracker.touched(writer.connection, writer.changed) if recording else ()
        if recording is not None:
            recording.add(touched)

    def _begin_notes(self, writer: ScriptWriter, version: int) -> None:
        """Note which rows are written, for ``DataChanged``."""
        if self._has_listeners:
            self._keys.begin(writer.connection, version)
            writer.on_written = lambda sql, rows, last: self._keys.add(writer.connection, sql, rows, last)

    def _end_notes(self, writer: ScriptWriter) -> None:
        if self._has_listeners:
            writer.keys = self._keys.touched(writer.connection)

    def _covering(self, origin: str) -> Recording | None:
        return next((one for one in self._recordings if one.covers(origin)), None)
