"""A new site in an empty folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.site import config as goop_json
from lua_engine.site.atomic import write_atomic
from lua_engine.site.settings import check_label

_FOLDERS = ("site", "site/lua", "site/lua/functions")


def new_site(folder: Path | str, *, label: str = "") -> Path:
    """Make the smallest site that Goop2 and the console open: goop.json, with Lua on and the owner's
    ``label``, and ``site/``. The folder is made too, in one that exists. Answers its absolute path.

    Raises :class:`SiteError` when it is a site already, is not empty (hidden files do not count), or cannot
    be written; then nothing is left behind. :class:`ConfigError`: the label cannot be one.
    """
    path = Path(os.path.abspath(Path(folder).expanduser()))
    check_label(label)
    _check(path)
    created: list[Path] = []
    try:
        for one in (path, *(path / inner for inner in _FOLDERS)):
            if not one.is_dir():
                one.mkdir()
                created.append(one)
        config = {"profile": {"label": label}, "lua": {"enabled": True}}
        text = json.dumps(config, indent=2, ensure_ascii=False)
        write_atomic(path / goop_json.FILE_NAME, f"{text}\n".encode(), exclusive=True)
    except (OSError, SiteError) as error:
        for one in reversed(created):
            one.rmdir()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SiteError(f"{path}: a site cannot be created here: {reason}") from error
    return path


def _check(path: Path) -> None:
    if not path.exists():
        if path.is_symlink():
            raise SiteError(f"{path}: this is a symbolic link that leads nowhere")
        if not path.parent.is_dir():
            raise SiteError(
                f"{path.parent}: there is no such folder; choose one that exists, or make it first"
            )
        return
    if not path.is_dir():
        raise SiteError(f"{path}: this is a file; a site is a folder")
    try:
        names = sorted(entry.name for entry in os.scandir(path) if not entry.name.startswith("."))
    except OSError as error:
        raise SiteError(f"{path}: the folder cannot be read: {error.strerror}") from error
    if goop_json.FILE_NAME in names:
        raise SiteError(f"{path}: this is a site already; open it")
    if names:
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        raise SiteError(f"{path}: the folder is not empty ({shown}); choose an empty one or a new name")
