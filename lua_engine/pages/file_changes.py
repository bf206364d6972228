"""Notices that the site's files changed, while somebody wants to know.

By looking: names, sizes and times, a few times a second, on any file system (NFS and SMB send no events).
A look at a hundred files takes a millisecond; of a large site it is made so rarely that it costs at most
a tenth of one core.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lua_engine.pages.files import PageFiles

PACE = 0.2  # seconds between two looks
MAX_WATCHED = 20_000  # files
_log = logging.getLogger("goop.pages")
State = dict[str, tuple[int, int, int]]


class FileChanges:
    """Calls ``on_change`` with the paths that changed, from its own thread. Nothing runs before
    :meth:`start`.
    """

    def __init__(
        self, root: Callable[[], Path], files: PageFiles, on_change: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._root = root
        self._files = files
        self._on_change = on_change
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look from now on; a second start does nothing."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                before = self.look()
                self._thread = threading.Thread(
                    target=self._run, args=(before,), name="goop-site-files", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """Stop for good, and wait for a look under way."""
        self._stopping.set()
        with self._lock:
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self, before: State) -> None:
        pause = PACE
        while not self._stopping.wait(pause):
            began = time.monotonic()
            now = self.look()
            pause = max(PACE, 10 * (time.monotonic() - began))
            changed = tuple(
                sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
            )
            before = now
            if changed:
                try:
                    self._on_change(changed)
                except Exception:  # noqa: BLE001  # our own fault, logged in full; the next change must be noticed
                    _log.exception("reporting changed site files failed")

    def look(self) -> State:
        """The files now, with what tells a change."""
        root, found = self._root(), {}
        for path, is_folder in self._files.walk():
            if is_folder:
                continue
            try:
                seen = os.lstat(root / path)
            except OSError:  # gone between two glances
                continue
            found[path] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            if len(found) == MAX_WATCHED:
                break
        return found
