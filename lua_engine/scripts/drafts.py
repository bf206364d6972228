"""Texts of scripts that are not saved, written down as one types, so that a killed console loses nothing.

They lie outside the site, in this user's folder (``site/user_folder.py``): a folder that is synchronised or
given away does not carry them, and one that comes from elsewhere brings none. One file a script, mode 0600::

    drafts/<site>/<script>.json  {"format": 1, "kind": "function", "name": "todo", "text": ..., "base": ...,
                                  "time": ...}
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lua_engine.base.errors import SiteError
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, read_foreign
from lua_engine.site.user_folder import user_state_folder

MAX_BYTES: Final = 8 * 1024 * 1024
_MOST: Final = 500  # files that are read
_RULE: Final = Rule(MAX_BYTES)
_log = logging.getLogger("goop.scripts")


@dataclass(frozen=True, slots=True)
class Draft:
    """The unsaved text of a script. ``base`` is the text on disk that it was made from, ``time`` seconds
    since the epoch.
    """

    kind: str
    name: str
    text: str
    base: str
    time: float


class Drafts:
    """The drafts of one site. Thread-safe: each file is replaced as a whole."""

    def __init__(self, site: Path) -> None:
        name = hashlib.sha256(str(site.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        self._folder = user_state_folder() / "drafts" / name

    def keep(self, kind: str, name: str, text: str, base: str) -> None:
        """Write down the text of a script. Raises :class:`SiteError` when it cannot be kept."""
        tree = {"format": 1, "kind": kind, "name": name, "text": text, "base": base, "time": time.time()}
        data = json.dumps(tree, ensure_ascii=True).encode()
        if len(data) > MAX_BYTES:
            raise SiteError(f"{name}: the text is too long to be kept as a draft ({len(data):,} bytes)")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SiteError(f"{self._folder}: cannot be made: {error.strerror or error}") from error
        write_atomic(self._path(kind, name), data, mode=0o600, follow=False)

    def drop(self, kind: str, name: str) -> None:
        """The text is saved, or nobody wants it. Raises :class:`SiteError` when it stays."""
        path = self._path(kind, name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise SiteError(f"{path}: cannot be removed: {error.strerror or error}") from error

    def all(self) -> tuple[Draft, ...]:
        """What was not saved when the console ended, the newest first. A damaged file is left alone, which
        is said in the program's own log.
        """
        return tuple(sorted(self._read(), key=lambda one: -one.time))

    def _read(self) -> Iterator[Draft]:
        try:
            paths = sorted(self._folder.glob("*.json"))[:_MOST]
        except OSError:
            return
        for path in paths:
            try:
                data = read_foreign(path, self._folder, _RULE)
                tree = parse_json_object(data, max_bytes=MAX_BYTES) if data else {}
            except (SiteError, JsonProblem) as error:
                _log.warning("%s: this draft cannot be read: %s", path, error)
                continue
            draft = _draft(tree)
            if draft is None:
                _log.warning("%s: not a draft of this version; it is left alone", path)
            else:
                yield draft

    def _path(self, kind: str, name: str) -> Path:
        digest = hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()[:24]
        return self._folder / f"{digest}.json"


def _draft(tree: Mapping[str, Any]) -> Draft | None:
    kind, name, text = tree.get("kind"), tree.get("name"), tree.get("text")
    base, moment = tree.get("base"), tree.get("time")
    if tree.get("format") != 1:  # a newer console's: it is left for that one
        return None
    if not all(isinstance(one, str) for one in (kind, name, text, base)):
        return None
    if not isinstance(moment, int | float) or isinstance(moment, bool):
        return None
    return Draft(str(kind), str(name), str(text), str(base), float(moment))
