"""A database that can record what one call changes, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lua_engine.base.events import EventBus
from lua_engine.store.changes.diff import Recording
from lua_engine.store.changes.tracking import Tracker
from lua_engine.store.database import Database
from lua_engine.store.script.statements import Scope, ScriptWriter


class RecordingDatabase(Database):
    """Costs nothing while nobody records."""

    def __init__(self, path: Path, *, read_only: bool = False, bus: EventBus | None = None) -> None:
        super().__init__(path, read_only=read_only, bus=bus)
        self._recordings: tuple[Recording, ...] = ()
        self._tracker = Tracker()
        self._is_tracking = False  # guarded, as the tracker is, by the one write transaction

    @contextmanager
    def recording(self, origin: str) -> Iterator[Recording]:
        """Record what the call ``origin`` writes, until the end of the block."""
        made = Recording(origin)
        self._recordings = (*self._recordings, made)
        try:
            yield made
        finally:
            self._recordings = tuple(one for one in self._recordings if one is not made)

    def adopt(self, origin: str, cause: str) -> None:
        """``origin`` is a call that follows from ``cause``: what records the one records the other."""
        recording = self._covering(cause)
        if recording is not None:
            recording.adopt(origin)

    @contextmanager
    def script_write(self, scope: Scope) -> Iterator[ScriptWriter]:
        """See :meth:`Database.script_write`."""
        recording = self._covering(scope.origin)
        if recording is None and not self._is_tracking:
            with super().script_write(scope) as writer:
                yield writer
            return
        with super().script_write(scope) as writer:
            if recording is None:
                self._tracker.end(writer.connection)
                self._is_tracking = False
            else:
                self._is_tracking = True
                self._tracker.begin(writer.connection)
            yield writer
            touched = self._tracker.touched(writer.connection, writer.changed) if recording else ()
        if recording is not None:
            recording.add(touched)

    def _covering(self, origin: str) -> Recording | None:
        return next((one for one in self._recordings if one.covers(origin)), None)
