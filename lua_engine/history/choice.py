"""Whether the history keeps secrets, as the owner chose: ``.goop-console/history.json``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from lua_engine.base.errors import SiteError
from lua_engine.site.own_settings import read_own_settings, write_own_settings

FORMAT: Final = 1
_log = logging.getLogger("goop.history")


def read_choice(path: Path) -> bool:
    """Whether secrets are kept. They are not where nothing was chosen, nor where the file is no such file,
    which is said in the program's own log.
    """
    try:
        return read_own_settings(path, FORMAT).get("keeps_secrets") is True
    except (SiteError, ValueError) as error:
        _log.warning("%s: %s; the history keeps no secrets", path, error)
        return False


def write_choice(path: Path, *, keeps_secrets: bool) -> None:
    """Keep the choice for the next start. Raises :class:`SiteError` for the disk, and for a file that a newer
    console has written.
    """
    write_own_settings(path, FORMAT, {"keeps_secrets": keeps_secrets})
