"""The data that a dry run began with, kept so that another one can begin with the same."""

from __future__ import annotations

import shutil
import weakref
from pathlib import Path


class Beginning:
    """``data`` is a database file that nobody writes to, ``files`` the folder of the kept keys. Both are
    deleted with the last reference to this.
    """

    def __init__(self, data: Path, files: Path) -> None:
        self.data = data
        self.files = files
        weakref.finalize(self, _delete, data, files)


def _delete(data: Path, files: Path) -> None:
    data.unlink(missing_ok=True)
    shutil.rmtree(files, ignore_errors=True)
