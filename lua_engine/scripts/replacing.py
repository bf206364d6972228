"""The journal of a replacement in several scripts: a program that is killed half way through leaves what the
next start takes back, wherever the folder was moved meanwhile.

It lies in the site and has a tag by this user's key: one that came with a folder is only said, so nobody who
hands over a folder can have files written by it. It is there before the first script is written, and gone
when all are::

    .goop-console/replacing.json  {"format": 1, "files": [{"path": "site/lua/functions/todo.lua",
                                   "before": "...", "after": "<sha256>"}], "tag": "<hmac>"}
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from lua_engine.base.errors import SiteError
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.scripts.scan import SUFFIX, read_script
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign
from lua_engine.site.inner_path import path_flaw
from lua_engine.site.user_folder import journal_key

MAX_BYTES: Final = 64 * 1024 * 1024
_FORMAT: Final = 1
_FOREIGN: Final = "made by another user or on another computer; look at the scripts, then delete it"
_TITLE: Final = "A replacement in several scripts was interrupted"


class Replaced(NamedTuple):
    """One script: its text before and after, as bytes of UTF-8."""

    path: Path
    before: bytes
    after: bytes


class ReplacingJournal:
    """Of one site; only who may write the site begins one or takes one back."""

    def __init__(self, folder: SiteFolder) -> None:
        self._site = folder.path
        self.path = folder.console_dir / "replacing.json"

    def begin(self, files: Sequence[Replaced]) -> None:
        """From here on a kill is taken back. Raises :class:`SiteError` when that cannot be promised."""
        listed = [
            {
                "path": one.path.relative_to(self._site).as_posix(),
                "before": one.before.decode(),
                "after": hashlib.sha256(one.after).hexdigest(),
            }
            for one in files
        ]
        tag = _tag(listed, journal_key(create=True) or b"")
        data = json.dumps({"format": _FORMAT, "files": listed, "tag": tag}).encode()
        if len(data) > MAX_BYTES:
            raise SiteError(
                f"these scripts have {len(data):,} bytes together; {MAX_BYTES:,} can be replaced at once: "
                "choose fewer"
            )
        make_own_folder(self._site, self.path.parent.name)
        write_atomic(self.path, data, mode=0o600, follow=False)

    def end(self) -> None:
        """All are written, or all are as they were. Raises :class:`SiteError` when it stays."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SiteError(f"{self.path}: cannot be removed: {error.strerror or error}") from error

    @property
    def is_left(self) -> bool:
        """One was begun and not ended."""
        try:
            return self.path.is_file()
        except PermissionError:  # in a folder that this user may not enter lies no journal of theirs
            return False

    def take_back(self) -> str:
        """Give every script that was written its text of before; answers what was done, in words. A script
        that somebody has changed since is left alone. Raises nothing: it says what cannot be mended.
        """
        try:
            files = self._read()
        except (SiteError, ValueError) as error:
            return f"{_TITLE}; its journal cannot be used, nothing was taken back: {self.path}: {error}"
        left, problems = list[str](), list[str]()
        for path, before, after in files:
            try:
                if not self._mend(path, before, after):
                    left.append(path)
            except SiteError as error:
                problems.append(str(error))
        if problems:
            return f"{_TITLE} and cannot be taken back yet; the next start tries again: {'; '.join(problems)}"
        try:
            self.end()
        except SiteError as error:
            return f"{_TITLE} and was taken back. {error}"
        if left:
            return f"{_TITLE} and was taken back, but for scripts that were changed since: {', '.join(left)}"
        return f"{_TITLE} and was taken back: every script has its old text"

    def _mend(self, inner: str, before: bytes, after: str) -> bool:
        """Whether the script has its old text now."""
        path = self._site / inner
        data, problem = read_script(path, self._site)
        if problem:
            return False
        if hashlib.sha256(data).hexdigest() == after:
            write_atomic(path, before)
            return True
        return data == before

    def _read(self) -> list[tuple[str, bytes, str]]:
        data = read_foreign(self.path, self._site, Rule(MAX_BYTES))
        try:
            tree = parse_json_object(data or b"", max_bytes=MAX_BYTES)
        except JsonProblem as error:
            raise ValueError(f"damaged ({error})") from error
        if tree.get("format") != _FORMAT:
            raise ValueError("made by another version of Goop Console")
        files = tree.get("files")
        if not isinstance(files, list):
            raise ValueError("damaged (files is missing)")
        key, tag = journal_key(create=False), tree.get("tag")
        if key is None or not isinstance(tag, str):
            raise ValueError(_FOREIGN)
        if not hmac.compare_digest(tag.encode("utf-8", "replace"), _tag(files, key).encode()):
            raise ValueError(_FOREIGN)
        return [_file(one) for one in files]


def _tag(files: Sequence[Any], key: bytes) -> str:
    text = json.dumps(files, ensure_ascii=True, sort_keys=True)
    return hmac.new(key, b"goop-console replacing\0" + text.encode(), hashlib.sha256).hexdigest()


def _file(tree: Any) -> tuple[str, bytes, str]:
    get = tree.get if isinstance(tree, dict) else {}.get
    path, before, after = get("path"), get("before"), get("after")
    if not (isinstance(path, str) and isinstance(before, str) and isinstance(after, str)):
        raise ValueError("damaged (a file has no path, text or hash)")
    flaw = path_flaw(path, max_path=1_000, max_depth=64)
    if flaw or not path.endswith(SUFFIX):
        raise ValueError(f"damaged ({path!r} is no script of the site)")
    return path, before.encode("utf-8", "surrogatepass"), after
