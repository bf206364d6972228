"""The last version of each script that compiled, kept beside the site, so that it survives a restart.

``.goop-console/last-good.json``: ``{"format": 1, "scripts": {"function/todo": {"hash": ..., "text": ...}},
"tag": ...}``. The tag is made with this user's key (``site/user_folder.py``): what came with a folder from
elsewhere is not run in the place of the script that stands there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import NewerFormat, UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign
from lua_engine.site.user_folder import journal_key

_log = logging.getLogger(__name__)
MAX_BYTES = 16 * 1024 * 1024
_FORMAT = 1
_RULE = Rule(MAX_BYTES)
Key = tuple[str, str]  # kind, name


class LastGood:
    """``is_kept``: this console writes them down (it has the site for itself)."""

    def __init__(self, folder: SiteFolder, *, is_kept: bool) -> None:
        self._folder = folder
        self._is_kept = is_kept
        self._is_newer = False  # a newer program's file stays as it is
        self._texts = self._read()

    def text(self, key: Key) -> str | None:
        """The text of the last version that compiled; None when none is known."""
        return self._texts.get(key)

    def keep(self, texts: Mapping[Key, str]) -> None:
        """Write down what answers now. Raises :class:`SiteError`."""
        if not self._is_kept or self._is_newer or texts == self._texts:
            return
        key = journal_key(create=True)
        scripts = {
            "/".join(name): {"hash": hashlib.sha256(text.encode()).hexdigest(), "text": text}
            for name, text in sorted(texts.items())
        }
        tree = {"format": _FORMAT, "scripts": scripts, "tag": _tag(scripts, key or b"")}
        data = json.dumps(tree, ensure_ascii=False).encode()
        if len(data) <= MAX_BYTES:
            folder = make_own_folder(self._folder.path, self._folder.console_dir.name)
            write_atomic(folder / "last-good.json", data, mode=0o600, follow=False)
        self._texts = dict(texts)

    def _read(self) -> dict[Key, str]:
        """What this user's console has kept; nothing when the file is not there, damaged or another's."""
        try:
            data = read_foreign(self._folder.console_dir / "last-good.json", self._folder.path, _RULE)
            key = journal_key(create=False)
            tree = parse_json_object(data, max_bytes=MAX_BYTES) if data and key else {}
            check_format(tree, _FORMAT)
        except NewerFormat as error:
            self._is_newer = True
            _log.warning("%s: %s", self._folder.console_dir / "last-good.json", error)
            return {}
        except (SiteError, JsonProblem, UnknownFormat):  # only a help: the script says its own problem
            return {}
        scripts, tag = tree.get("scripts"), tree.get("tag")
        if not isinstance(scripts, dict) or not isinstance(tag, str) or key is None:
            return {}
        if not hmac.compare_digest(tag.encode(), _tag(scripts, key).encode()):
            return {}
        return {_key(name): one["text"] for name, one in scripts.items()}


def _key(name: str) -> Key:
    kind, _, script = name.partition("/")
    return kind, script


def _tag(scripts: Mapping[str, object], key: bytes) -> str:
    text = json.dumps(scripts, ensure_ascii=True, sort_keys=True)
    return hmac.new(key, b"goop-console last good\0" + text.encode(), hashlib.sha256).hexdigest()
