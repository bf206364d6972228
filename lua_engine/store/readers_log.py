"""Leaving a folder as it was after only reading in it: SQLite makes files of a write-ahead log for every
reader and leaves them there.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class ReadersLog:
    """Made before the first connection for reading, :meth:`tidy` after the last. A log that was there before
    stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
        self._was_there = not path.exists() or any(file.exists() for file in self._files)

    def tidy(self) -> None:
        """Take an empty log away, unless somebody else has the database open.

        A connection that could write and is the last one to close does that, under SQLite's own locks; this
        one writes nothing.
        """
        try:
            if self._was_there or not self._files[0].exists() or self._files[0].stat().st_size:
                return
            connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=rw", uri=True, timeout=0)
        except (
            OSError,
            sqlite3.Error,
        ):  # gone meanwhile, or a folder that cannot be written: nothing can be tidied
            return
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.Error:  # somebody has it for itself, and will leave it as they like
            return
        finally:
            connection.close()
