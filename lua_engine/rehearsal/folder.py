"""Where private copies stand: a folder of this process among those of this user's other processes, cleaned of
what dead ones left.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.site.lock import SiteLock, SiteLocked


class TrialFolder:
    """A folder of our own in the system's place for temporary files; readable by this user alone. Gone after
    :meth:`close`.
    """

    def __init__(self) -> None:
        parent = trial_parent()
        self.path, self._lock = _make(parent)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)  # Windows deletes no file that is open


def trial_parent() -> Path:
    """The folder for all trials of this user; made when it is missing. Another user's folder in its place is
    left alone.
    """
    user = f"-{os.geteuid()}" if os.name == "posix" else ""
    path = Path(tempfile.gettempdir()) / f"goop-rehearsals{user}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and (
            os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)
        )
        return path if is_ours else Path(tempfile.mkdtemp(prefix="goop-rehearsals-"))
    except OSError as error:
        raise SiteError(f"{path}: no place for a dry run's copy: {error.strerror or error}") from error


def clean_up() -> int:
    """Delete what processes that are gone left; answers how many folders."""
    count = 0
    for folder in trial_parent().iterdir():
        try:
            with SiteLock.acquire(folder):
                shutil.rmtree(folder, ignore_errors=True)
                count += 1
        except (SiteLocked, SiteError, OSError):
            continue  # its process lives, or another one is cleaning up just now
        shutil.rmtree(folder, ignore_errors=True)
    return count


def _make(parent: Path) -> tuple[Path, SiteLock]:
    while True:
        path = parent / f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            path.mkdir(mode=0o700)
            return path, SiteLock.acquire(path)
        except SiteLocked:
            continue  # another process that cleans up was faster
        except SiteError:
            if path.is_dir():
                raise
            continue  # and it has deleted the folder already
        except OSError as error:
            raise SiteError(f"{path}: cannot be created: {error.strerror or error}") from error
