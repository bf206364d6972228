"""Hot reload: watches the script folder and goop.json, and says so 100 ms after the last change.

A look at names, sizes and times each second finds what no event told of (``folder_look.py``).

Two threads while it runs: watchdog's observer, which only notes that something happened, and our own, which
waits for quiet and then calls back. Folders that are replaced, or come later, are found at the latest by a
look at them once a second.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from lua_engine.base.errors import KnownError
from lua_engine.scripts.folder_look import FolderLook
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.scripts.scan import is_temporary

if TYPE_CHECKING:
    from lua_engine.site.folder import SiteFolder

QUIET = 0.1  # seconds without an event before a change counts as finished (an editor's save is a burst)
LONGEST_BURST = 0.5  # seconds after which a burst that does not end counts anyway
LOOK_AGAIN = 1.0  # seconds between looks at the folders themselves; also the pace of polling

_log = logging.getLogger("goop.watcher")

# Opening and reading do not count: our own reload does that.
_EVENTS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]
_FolderIds = tuple[tuple[Path, tuple[int, int] | None], ...]


class ScriptWatcher:
    """Reloads ``registry`` after a change to a script, and calls ``on_config`` after one to goop.json, from
    its own thread.

    Start and stop it once. ``stop`` joins every thread. When the system has no watches left it polls each
    second and logs that.
    """

    def __init__(
        self,
        folder: SiteFolder,
        registry: ScriptRegistry,
        on_config: Callable[[], object],
        on_schemas: Callable[[], object] = lambda: None,
    ) -> None:
        self._folder = folder
        self._registry = registry
        self._callbacks: dict[str, Callable[[], object]] = {
            "config": on_config,
            "schemas": on_schemas,
            "scripts": registry.reload,
        }
        self._look = FolderLook()
        self._wake = threading.Condition()
        self._pending: set[str] = set()
        self._first_event = self._last_event = 0.0
        self._stopping = False
        self._observer: BaseObserver | None = None
        self._watched: _FolderIds = ()
        # Events name real paths, since inotify does not follow a link that is watched itself.
        self._lua_dir = self._config_path = Path()
        self._polls = False
        self._is_loss_logged = False
        self._thread = threading.Thread(target=self._run, name="goop-watcher", daemon=True)

    def start(self) -> None:
        """Watch from now on: a change after this returns is noticed."""
        self._observe()
        self._look.changed(self._places())
        self._thread.start()

    def stop(self) -> None:
        """Stop and join; no callback runs after this returns. Not from a callback."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        self._unobserve()

    # Noticing (in the observer's thread)

    def _on_event(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path and (what := self._concerns(Path(os.fsdecode(path)), event.is_directory)):
                self._note(what)

    def _concerns(self, path: Path, is_folder: bool) -> str:
        """What a change at ``path`` is about: ``config``, ``scripts`` or nothing."""
        if path == self._config_path:
            return "config"
        lua_dir = self._lua_dir
        if is_folder and lua_dir.is_relative_to(path):
            return "scripts"
        if not path.is_relative_to(lua_dir) or any(
            is_temporary(part) for part in path.relative_to(lua_dir).parts
        ):
            return ""
        return "scripts" if is_folder or path.suffix == ".lua" else ""

    def _note(self, what: str) -> None:
        with self._wake:
            self._last_event = time.monotonic()
            if not self._pending:
                self._first_event = self._last_event
            self._pending.add(what)
            self._wake.notify_all()

    # Waiting and calling back (in our own thread)

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._stopping and not self._pending:
                    self._wake.wait(LOOK_AGAIN)
                if self._stopping:
                    return
                if self._pending and (left := self._burst_left()) > 0:
                    self._wake.wait(left)
                    continue
                due, self._pending = self._pending, set()
            if self._folder.is_gone:
                self._log_loss()
                continue
            self._follow_folders(due)
            due.update(self._look.changed(self._places()))
            for what in sorted(due):
                self._call_back(what)

    def _log_loss(self) -> None:
        """Once; what was loaded stays as it is."""
        if not self._is_loss_logged:
            self._is_loss_logged = True
            self._registry.log(
                "error",
                f"{self._folder.path}: the site folder is gone: it was moved or deleted; "
                "calls answer busy, open it where it is now",
            )

    def _burst_left(self) -> float:
        """Seconds until the pending changes count as finished."""
        return min(self._last_event + QUIET, self._first_event + LONGEST_BURST) - time.monotonic()

    def _follow_folders(self, due: set[str]) -> None:
        """Watch anew when a folder came, went or was replaced;
        what happened in between counts as a change.
        """
        if self._folder_ids() != self._watched:
            self._unobserve()
            self._observe()
            due.update(self._callbacks)

    def _call_back(self, what: str) -> None:
        try:
            self._callbacks[what]()
            if what == "config":
                self._after_config()
        except KnownError as error:
            self._registry.log("error", f"{error}; what was loaded before stays active")
        except Exception:  # noqa: BLE001  # our own fault, logged in full; the next change must still be noticed
            _log.exception("reloading after a change of %s failed", what)

    def _after_config(self) -> None:
        """A new ``lua.script_dir`` is another folder to watch, with other scripts."""
        moved: set[str] = set()
        self._follow_folders(moved)
        if moved:
            self._callbacks["scripts"]()

    # The folders

    def _folder_ids(self) -> _FolderIds:
        """The folders from the site down to the scripts, and which folder each one really is right now (None:
        not there).
        """
        lua_dir = self._folder.lua_dir
        chain = [path for path in reversed(lua_dir.parents) if path.is_relative_to(self._folder.path)]
        return tuple((path, _identity(path)) for path in (*chain, lua_dir))

    def _places(self) -> tuple[tuple[str, Path, str], ...]:
        """What is looked at each second, whether or not an event came."""
        folder = self._folder
        return (
            ("config", folder.config_path, ""),
            ("schemas", folder.schemas_dir, ".json"),
            ("scripts", folder.lua_dir, ".lua"),
            ("scripts", folder.functions_dir, ".lua"),
        )

    def _observe(self) -> None:
        self._watched = self._folder_ids()
        self._lua_dir = Path(os.path.realpath(self._folder.lua_dir))
        self._config_path = Path(os.path.realpath(self._folder.path), self._folder.config_path.name)
        if not self._polls:
            try:
                self._observer = self._started(Observer())
                return
            except OSError as error:  # most often the limit of inotify (ENOSPC, EMFILE)
                self._polls = True
                self._registry.log(
                    "warn",
                    f"file watching is not available ({error.strerror or error}): "
                    "scripts are checked every second instead",
                )
        self._observer = self._started(PollingObserver(timeout=LOOK_AGAIN))

    def _started(self, observer: BaseObserver) -> BaseObserver:
        """``observer``, running. The script folder is watched with its sub-folders, those above it each
        alone.
        """
        handler = _Handler(self._on_event)
        last = len(self._watched) - 1
        try:
            for index, (path, found) in enumerate(self._watched):
                if found is not None:
                    observer.schedule(
                        handler, os.path.realpath(path), recursive=index == last, event_filter=_EVENTS
                    )
            observer.start()
        except FileNotFoundError:
            _end(observer)  # a folder went just now: the next look finds out
            self._watched = ()
            return observer
        except OSError:
            _end(observer)
            raise
        return observer

    def _unobserve(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            _end(observer)


class _Handler(FileSystemEventHandler):
    def __init__(self, on_event: Callable[[FileSystemEvent], None]) -> None:
        self._on_event = on_event

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._on_event(event)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:  # gone, or not ours to see: either way there is nothing to watch
        return None
    return found.st_dev, found.st_ino


def _end(observer: BaseObserver) -> None:
    """Stop an observer, started or not, and wait for its threads."""
    observer.stop()
    emitters = list(observer.emitters)
    if observer.is_alive():
        observer.join()
    for emitter in emitters:
        if emitter.is_alive():
            emitter.join()
