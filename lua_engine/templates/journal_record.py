"""What stands in ``journal.json``, read as foreign data: every type, path, key and hash is checked.

``{"format": 3, ..., "tag": "<hex>"}``: the tag is an HMAC over all the rest with a key of this user that lies
outside every site folder. It tells a journal of our own from one that came with the folder.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lua_engine.base.file_format import check_format
from lua_engine.base.strict_json import parse_json_object
from lua_engine.site.inner_path import path_flaw, shown_path

FORMAT = 3
MAX_BYTES = 16 * 1024 * 1024
MAX_FILES = 10_000
PREPARED, DONE = "prepared", "done"
CONFIG_KEYS: Mapping[str, type] = {"viewer.active_template": str, "lua.enabled": bool}
"""The keys of goop.json that a change may touch, and what they hold."""

_KINDS = ("install", "restore", "scripts")
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_MAX_TEXT = 1_000  # characters of a title or a name


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of the change: SHA-256 of what it was and of what it becomes; None: no file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ConfigRecord:
    """A key of goop.json, dotted. ``had``: the key was there with the value ``before``; ``has``: it is there
    afterwards with ``after``.
    """

    key: str
    had_section: bool
    had: bool
    before: Any
    has: bool
    after: Any


@dataclass(frozen=True, slots=True)
class Record:
    """journal.json. ``folders`` did not exist before; ``has_database``: the template's part of the database
    is changed too.
    """

    id: str
    kind: str  # install | restore | scripts
    title: str
    template_before: str
    template_after: str
    created_at: float  # seconds since the epoch
    has_database: bool
    files: tuple[FileRecord, ...] = ()
    folders: tuple[str, ...] = ()
    config: tuple[ConfigRecord, ...] = ()
    state: str = PREPARED

    @property
    def is_done(self) -> bool:
        return self.state == DONE


def is_change_id(name: str) -> bool:
    """Whether a folder of that name can be a change's."""
    return bool(_ID.match(name))


def encode(record: Record, key: bytes) -> bytes:
    """``record`` as the file's bytes, with its tag."""
    tree = {"format": FORMAT, **asdict(record)}
    return json.dumps({**tree, "tag": _tag(tree, key)}, ensure_ascii=False, indent=1).encode()


def decode(data: bytes, key: bytes | None) -> tuple[Record, bool]:
    """The record in ``data``, and whether ``key`` made its tag. Raises ``ValueError`` for what is no
    record.
    """
    tree = parse_json_object(data, max_bytes=MAX_BYTES)
    tag = tree.pop("tag", None)
    check_format(tree, FORMAT)  # 1 was without a tag, 2 had "made_at" for "created_at"
    is_ours = (
        key is not None
        and isinstance(tag, str)
        and hmac.compare_digest(tag.encode(), _tag(tree, key).encode())
    )
    if tree.get("format", 1) < 3 and "made_at" in tree:
        tree["created_at"] = tree.pop("made_at")
    return _record(tree), is_ours


def _tag(tree: Mapping[str, Any], key: bytes) -> str:
    text = json.dumps(tree, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, b"goop-console journal\0" + text.encode(), hashlib.sha256).hexdigest()


def _record(tree: Mapping[str, Any]) -> Record:
    get = _Members(tree)
    return Record(
        id=get.matching("id", _ID),
        kind=get.one_of("kind", _KINDS),
        title=get.text("title"),
        template_before=get.text("template_before"),
        template_after=get.text("template_after"),
        created_at=get.moment("created_at"),
        has_database=get.truth("has_database"),
        files=tuple(_file(one) for one in get.objects("files")),
        folders=tuple(_path(one, "folders") for one in get.items("folders")),
        config=tuple(_config(one) for one in get.objects("config")),
        state=get.one_of("state", (PREPARED, DONE)),
    )


def _file(tree: Mapping[str, Any]) -> FileRecord:
    get = _Members(tree)
    return FileRecord(_path(tree.get("path"), "files"), get.digest("before"), get.digest("after"))


def _config(tree: Mapping[str, Any]) -> ConfigRecord:
    get = _Members(tree)
    key = get.one_of("key", tuple(CONFIG_KEYS))
    had, has = get.truth("had"), get.truth("has")
    for name, is_there in (("before", had), ("after", has)):
        if is_there and type(tree.get(name)) is not CONFIG_KEYS[key]:
            raise ValueError(f"config: {name} is not a valid value of {key}")
    return ConfigRecord(
        key,
        get.truth("had_section"),
        had,
        tree.get("before") if had else None,
        has,
        tree.get("after") if has else None,
    )


def _path(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{place}: a path must be a string")
    flaw = path_flaw(value, max_path=1_000, max_depth=64)
    if flaw:
        raise ValueError(f"{place}: {shown_path(value)} {flaw}")
    return value


class _Members:
    """The members of one object, by their types. Raises ``ValueError`` that names the member."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree

    def text(self, name: str) -> str:
        value = self._checked(name, lambda one: isinstance(one, str) and len(one) <= _MAX_TEXT)
        return str(value)

    def truth(self, name: str) -> bool:
        return bool(self._checked(name, lambda one: isinstance(one, bool)))

    def moment(self, name: str) -> float:
        value = self._checked(name, lambda one: type(one) in (int, float))
        if not math.isfinite(value) or not 0 <= value < 1e11:
            raise ValueError(f"{name} is not a date and time")
        return float(value)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        return str(self._checked(name, lambda one: isinstance(one, str) and one in choices))

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        return str(self._checked(name, lambda one: isinstance(one, str) and bool(pattern.match(one))))

    def digest(self, name: str) -> str | None:
        return None if self._tree.get(name) is None else self.matching(name, _HASH)

    def items(self, name: str) -> list[Any]:
        value: list[Any] = self._checked(name, lambda one: isinstance(one, list) and len(one) <= MAX_FILES)
        return value

    def objects(self, name: str) -> list[Mapping[str, Any]]:
        found = self.items(name)
        if not all(isinstance(one, dict) for one in found):
            raise ValueError(f"{name} must hold objects")
        return found

    def _checked(self, name: str, is_right: Callable[[Any], bool]) -> Any:
        value = self._tree.get(name)
        if not is_right(value):
            raise ValueError(f"{name} is missing or wrong")
        return value
