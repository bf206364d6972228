"""One open site: the engine, and its events as Qt signals. The only module of the console's window that opens
an engine.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from lua_engine import (
    CallFinished,
    ConfigChanged,
    DataChanged,
    DebugArmed,
    DebugEnded,
    DebugResumed,
    DebugStopped,
    Event,
    Goop2Changed,
    GroupClosed,
    GroupsChanged,
    ListenChanged,
    LogLine,
    LogRecord,
    MessageSent,
    ScriptInfo,
    ScriptsChanged,
    StoreWaiting,
    TemplateChanged,
    record_of_line,
)

if TYPE_CHECKING:
    from lua_engine import Engine

BATCH_MS = 100
MAX_LINES = 100_000


def open_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Open the site at ``path``, for this console alone unless ``read_only``. Slow (imports, files): not for
    the Qt thread. Raises KnownError.
    """
    from lua_engine import Engine

    return Engine.open(path, lock=not read_only, read_only=read_only)


class Session(QObject):
    """Signals come on the Qt thread, at most every ``BATCH_MS``, whatever the engine's threads do.

    ``close`` ends the signals; the engine is closed by who opened it.
    """

    call_finished = Signal(object)  # CallResult
    log_kept = Signal(object)  # tuple[LogRecord, ...]: lines, calls and what happened to the site, in order
    scripts_changed = Signal(object)  # tuple[str, ...]: kind/name
    data_changed = Signal(object, str)  # tuple[str, ...]: tables (none: anything); origin
    rows_changed = Signal(object)  # dict: table to the rowids that were written, None: many; empty: anything
    config_changed = Signal()
    groups_changed = Signal()
    messages_sent = Signal(object)  # tuple[MessageSent, ...]
    listen_changed = Signal()
    template_changed = Signal(str)  # the template that is installed now
    goop2_changed = Signal(str)  # where a Goop2 runs this site too, empty for nowhere
    store_waiting = Signal(bool, str)  # a write waits for another program; what is said about it
    debug_armed = Signal(str, float)  # key of the script whose next real call stops; until when, 0: none
    debug_moved = Signal()  # a debugged call began, stands, goes on or has ended
    closing = Signal()
    _woken = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self.opened_at = time.time()
        """Since when lines come here; earlier ones are in ``engine.log``."""
        self._events: deque[Event] = deque()
        self._lock = threading.Lock()
        self._is_awake = False
        self._is_closed = False
        self._fresh: list[LogRecord] = []  # not told yet
        self._records: deque[LogRecord] = deque(maxlen=MAX_LINES)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MS)
        self._timer.timeout.connect(self._flush)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] = engine.bus.subscribe(self._on_event)
        self._records.extend(map(record_of_line, _problems_at_open(engine.scripts.all())))

    def recent_records(self) -> Sequence[LogRecord]:
        """The lines so far, the calls, and what happened to the site, oldest first; at most ``MAX_LINES``."""
        return tuple(self._records)

    def close(self) -> None:
        """Say ``closing``, then nothing more."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        self._unsubscribe()
        self._timer.stop()
        self._events.clear()
        self.closing.emit()

    def _on_event(self, event: Event) -> None:
        """Runs in the engine's threads."""
        record = self.engine.log.record_of(event)
        with self._lock:
            if self._is_closed:
                return
            self._events.append(event)
            if record is not None:
                self._fresh.append(record)
            if not self._is_awake:
                self._is_awake = True
                self._woken.emit()

    def _on_woken(self) -> None:
        if not self._is_closed:  # the wake-up call may have been on its way
            self._timer.start()

    def _flush(self) -> None:
        with self._lock:
            self._is_awake = False
            events = tuple(self._events)
            self._events.clear()
            records, self._fresh = tuple(self._fresh), []
        scripts = [name for event in events if isinstance(event, ScriptsChanged) for name in event.names]
        if scripts:
            self.scripts_changed.emit(_unique(scripts))
        if any(isinstance(event, ConfigChanged) for event in events):
            self.config_changed.emit()
        if any(isinstance(event, (GroupsChanged, GroupClosed)) for event in events):
            self.groups_changed.emit()
        self._tell_community(events)
        self._tell_debugging(events)
        self._tell_data([event for event in events if isinstance(event, DataChanged)])
        self._tell_rows([event for event in events if isinstance(event, DataChanged)])
        for event in events:
            if isinstance(event, CallFinished):
                self.call_finished.emit(event.result)
        self._tell_records(records)

    def _tell_community(self, events: Sequence[Event]) -> None:
        messages = tuple(event for event in events if isinstance(event, MessageSent))
        if messages:
            self.messages_sent.emit(messages)
        if any(isinstance(event, ListenChanged) for event in events):
            self.listen_changed.emit()
        for event in events:
            if isinstance(event, TemplateChanged):
                self.template_changed.emit(event.template)
            elif isinstance(event, Goop2Changed):
                self.goop2_changed.emit(event.address)
            elif isinstance(event, StoreWaiting):
                self.store_waiting.emit(event.waiting, event.message)

    def _tell_debugging(self, events: Sequence[Event]) -> None:
        armed = [event for event in events if isinstance(event, DebugArmed)]
        if armed:
            self.debug_armed.emit(armed[-1].script, armed[-1].until)
        if any(isinstance(event, (DebugStopped, DebugResumed, DebugEnded)) for event in events):
            self.debug_moved.emit()

    def _tell_records(self, records: tuple[LogRecord, ...]) -> None:
        if records:
            self._records.extend(records)
            self.log_kept.emit(records)

    def _tell_data(self, changes: Sequence[DataChanged]) -> None:
        """One signal for each origin; a change without tables may have touched any."""
        for origin in _unique(change.origin for change in changes):
            tables = [change.tables for change in changes if change.origin == origin]
            self.data_changed.emit(
                _unique(name for names in tables for name in names) if all(tables) else (), origin
            )

    def _tell_rows(self, changes: Sequence[DataChanged]) -> None:
        """One signal for all changes of a batch."""
        if not changes:
            return
        rows: dict[str, frozenset[int] | None] = {}
        for change in changes:
            if not change.tables:
                self.rows_changed.emit({})
                return
            for table in change.tables:
                keys, known = change.keys.get(table), rows.get(table, frozenset())
                rows[table] = None if keys is None or known is None else known | frozenset(keys)
        self.rows_changed.emit(rows)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _problems_at_open(scripts: Iterable[ScriptInfo]) -> list[LogLine]:
    """What was broken when the site was opened: nobody listened to the engine yet."""
    now, lines = time.time(), []
    for script in scripts:
        if script.problem is not None:
            place = (
                f"{script.problem.file}:{script.problem.line}" if script.problem.line else script.problem.file
            )
            lines.append(
                LogLine(
                    now,
                    "error",
                    f"{place}: {script.problem.message}; the script does not run until this is corrected",
                    script.name,
                )
            )
    return lines
