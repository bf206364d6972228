"""The folder of this user, outside every site, for what a site folder must not hold."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, read_foreign

_KEY_BYTES = 32
_KEY_FILE = "journal.key"


def user_state_folder() -> Path:
    """``$XDG_STATE_HOME/goop-console``, or what the platform has instead; it may not be there yet."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        home = str(Path.home() / "Library" / "Application Support")
    else:
        home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "goop-console"


def journal_key(*, create: bool) -> bytes | None:
    """The key that shows which journals this user's console made: 32 random bytes, mode 0600.

    Without ``create`` None when there is none. Raises :class:`SiteError` when it cannot be kept or read.
    """
    folder = user_state_folder()
    path = folder / _KEY_FILE
    key = _read_key(path, folder)
    if key is not None or not create:
        return key
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, secrets.token_bytes(_KEY_BYTES), mode=0o600, exclusive=True, follow=False)
    except FileExistsError:  # another console was faster
        pass
    except OSError as error:
        raise SiteError(f"{folder}: cannot be created: {error.strerror or error}") from error
    return _read_key(path, folder)


def _may_enter(folder: Path) -> bool:
    """Whether the folder is there for this user; in somebody else's there is no key of ours."""
    try:
        return folder.is_dir()
    except OSError:
        return False


def _read_key(path: Path, folder: Path) -> bytes | None:
    """The key, None when there is none; one that others may have read or written is no key."""
    data = read_foreign(path, folder, Rule(_KEY_BYTES)) if _may_enter(folder) else None
    if data is None:
        return None
    if len(data) != _KEY_BYTES or _is_shared(path):
        raise SiteError(
            f"{path}: not a key that only this user can read ({_KEY_BYTES} bytes, mode 0600); "
            "delete it to get a new one"
        )
    return data


def _is_shared(path: Path) -> bool:
    if os.name != "posix":
        return False
    found = path.lstat()
    return found.st_uid != os.geteuid() or bool(stat.S_IMODE(found.st_mode) & 0o077)
