"""The console's own settings of a site: small JSON objects in ``.goop-console``, each with its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign

_RULE: Final = Rule(max_bytes=64 * 1024)


def read_own_settings(path: Path, known: int) -> dict[str, Any]:
    """What was chosen, empty when nothing was; ``known`` is the version of the file. Raises
    :class:`SiteError` or :class:`ValueError` for what is no such file.
    """
    data = read_foreign(path, path.parent.parent, _RULE)
    tree = parse_json_object(data) if data is not None else {}
    check_format(tree, known)
    return tree


def write_own_settings(path: Path, known: int, chosen: Mapping[str, Any]) -> None:
    """Keep what was chosen for the next start. Raises :class:`SiteError` for the disk, and for a file that a
    newer console has written.
    """
    try:
        with suppress(SiteError, JsonProblem):  # whatever else is wrong with it is mended by this
            read_own_settings(path, known)
    except UnknownFormat as error:
        raise SiteError(f"{path}: {error}") from error
    text = json.dumps({"format": known, **chosen}, indent=2)
    make_own_folder(path.parent.parent, path.parent.name)
    write_atomic(path, f"{text}\n".encode(), mode=0o600, follow=False)
