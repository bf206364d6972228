"""Opening and closing sites off the Qt thread."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from goop_console.services.operations import Operations
from goop_console.window.importing import FIRST, TabImporter, import_engine

if TYPE_CHECKING:
    from lua_engine import Engine

_log = logging.getLogger("goop.console")


class SiteOpener(QObject):
    """Owns every engine from the moment it is open until it is closed."""

    opening = Signal(object)  # Path
    opened = Signal(object)  # Engine
    failed = Signal(object, object)  # Path, Exception
    closing = Signal(object)  # Path
    closed = Signal(object)  # Path
    _engine_closed = Signal(object)  # Engine; from the thread that closed it

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._lock = threading.Lock()
        self._is_ended = False
        self._engines: set[Engine] = set()
        self._closers: dict[Engine, threading.Thread] = {}
        self._path: Path | None = None
        self.importer = TabImporter(operations, self)
        self.importer.ready.connect(lambda _: self._announce())
        self._first = FIRST
        self._waiting: Engine | None = None  # it is open, and the tab in view is not imported yet
        self.was_read_only = False  # how the last one was to be opened
        self._engine_closed.connect(self._on_engine_closed, Qt.ConnectionType.QueuedConnection)

    @property
    def path(self) -> Path | None:
        """The folder that is being opened."""
        return self._path

    @property
    def is_closing(self) -> bool:
        """An engine is still at closing."""
        return any(thread.is_alive() for thread in self._closers.values())

    def warm_up(self) -> None:
        """Import the engine and the tabs: the window is there already, and a first site opens sooner."""
        self.importer.start()

    def open(self, path: Path, *, read_only: bool = False, first: str = FIRST) -> None:
        """Open the site at ``path``, whose tab ``first`` will be in view; ``opened`` or ``failed`` follows.
        Nothing happens while another is being opened.
        """
        if self._path is not None or self._is_ended:
            return
        self._path = path
        self.was_read_only = read_only
        self._first = first
        self.opening.emit(path)
        self.importer.start(first, then_wait=True)
        self._operations.run(
            lambda: self._load(path, read_only), owner=self, done=self._on_opened, failed=self._on_failed
        )

    def _load(self, path: Path, read_only: bool) -> Engine:
        """Runs in a thread."""
        import_engine()
        from goop_console.services.session import open_engine

        engine = open_engine(path, read_only=read_only)
        with self._lock:
            if not self._is_ended:
                self._engines.add(engine)
                return engine
        engine.close()
        raise RuntimeError("the console ended while a site was being opened")

    def _on_opened(self, engine: Engine) -> None:
        self._waiting = engine
        self._announce()

    def _announce(self) -> None:
        engine = self._waiting
        if engine is None or not self.importer.is_ready(self._first):
            return
        self._waiting = None
        self._path = None
        if not self._is_ended:
            self.opened.emit(engine)

    def _on_failed(self, error: Exception) -> None:
        path, self._path = self._path, None
        self.importer.go_on()
        if not self._is_ended:
            self.failed.emit(path, error)

    def close(self, engine: Engine) -> None:
        """Close ``engine`` in a thread of its own; ``closed`` follows."""
        with self._lock:
            if engine not in self._engines:
                return
            self._engines.remove(engine)
        self.closing.emit(engine.site.path)
        thread = threading.Thread(target=self._close, args=(engine,), name="goop-close")
        self._closers[engine] = thread
        thread.start()

    def _close(self, engine: Engine) -> None:
        try:
            engine.close()
        except Exception:  # noqa: BLE001  # there is nobody left to hand it to; the next site must still open
            _log.exception("closing %s failed", engine.site.path)
        self._engine_closed.emit(engine)

    def _on_engine_closed(self, engine: Engine) -> None:
        self._closers.pop(engine).join()
        self.closed.emit(engine.site.path)

    def end(self) -> None:
        """Open nothing more and close every engine."""
        with self._lock:
            self._is_ended = True
            engines = tuple(self._engines)
        self.importer.stop()
        for engine in engines:
            self.close(engine)

    def join(self) -> None:
        """Wait until every engine that is being closed is closed."""
        for thread in tuple(self._closers.values()):
            thread.join()


def is_locked(error: Exception) -> bool:
    """Whether another console has the site."""
    from lua_engine import SiteLocked  # here: an operation failed, so the engine is imported

    return isinstance(error, SiteLocked)
