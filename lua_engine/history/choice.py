"""Whether the history keeps secrets, as the owner chose: ``.goop-console/history.json``."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign

FORMAT: Final = 1
_RULE: Final = Rule(max_bytes=64 * 1024)
_log = logging.getLogger("goop.history")


def read_choice(path: Path) -> bool:
    """Whether secrets are kept. They are not where nothing was chosen, nor where the file is no such file,
    which is said in the program's own log.
    """
    try:
        return _tree(path).get("keeps_secrets") is True
    except (SiteError, ValueError) as error:
        _log.warning("%s: %s; the history keeps no secrets", path, error)
        return False


def write_choice(path: Path, keeps_secrets: bool) -> None:
    """Keep the choice for the next start. Raises :class:`SiteError` for the disk, and for a file that a newer
    console has written.
    """
    try:
        with suppress(SiteError, JsonProblem):  # whatever else is wrong with it is mended by this
            _tree(path)
    except UnknownFormat as error:
        raise SiteError(f"{path}: {error}") from error
    tree = {"format": FORMAT, "keeps_secrets": keeps_secrets}
    make_own_folder(path.parent.parent, path.parent.name)
    write_atomic(path, f"{json.dumps(tree, indent=2)}\n".encode(), mode=0o600, follow=False)


def _tree(path: Path) -> dict[str, Any]:
    data = read_foreign(path, path.parent.parent, _RULE)
    tree = parse_json_object(data) if data is not None else {}
    check_format(tree, FORMAT)
    return tree
