"""``goop.kv``: a small JSON object per script, in Goop2's place and shape
(``site/lua/.state/<script>.json``).
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site import jsontext
from lua_engine.site.atomic import WriteError, write_atomic
from lua_engine.site.foreign import ForeignFileError, Rule, read_foreign

MAX_KEYS = 1_000
MAX_BYTES = 64 * 1024  # of the file, encoded as we write it
MAX_READ = 1024 * 1024  # a file that others made may be laid out more widely; past this it is not read
MAX_DEPTH = 100  # levels of nesting in a value
RULE = Rule(MAX_READ, hard_links=False)

_parse = json.JSONDecoder().raw_decode  # for texts of ours: nothing is before or behind the value
_SCRIPT_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_Stamp = tuple[int, ...]


class KvError(KnownError):
    """A key-value store cannot be read, or a value not kept; the message is what scripts get."""


@dataclass(frozen=True, slots=True)
class _State:
    """One store as it is on disk: ``entries`` maps each key to its value as JSON text, ``size`` is the file's
    bytes if written now.
    """

    stamp: _Stamp | None  # None: no file
    entries: Mapping[str, str]
    size: int


class KvStore:
    """The stores of a site's scripts. Thread-safe: calls to one script's store wait for each other, others do
    not.

    Values are plain JSON data. Every method raises :class:`KvError`, and ``CallKilled`` when ``deadline``
    ends while it waits. A limit of 1,000 keys and 65,536 bytes (the whole file as compact UTF-8 JSON) holds
    for each script.
    """

    def __init__(self, state_dir: Path, *, read_only: bool = False, refused: Mapping[str, str] = {}) -> None:
        self._dir = state_dir
        self._refused = refused
        self._read_only = read_only
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._cache: dict[str, _State] = {}
        self._paths: dict[str, Path] = {}

    def get(self, script: str, key: str, deadline: Deadline | None = None) -> Any:
        """The value of ``key``; None when there is none. The value is a fresh copy. It waits for nobody: the
        file is replaced as a whole, and what is kept of it never changes.
        """
        if deadline is not None:
            deadline.check()
        text = self._load(script).entries.get(key)
        return None if text is None else _parse(text)[0]

    def set(self, script: str, key: str, value: Any, deadline: Deadline | None = None) -> None:
        """Keep ``value`` under ``key``; None deletes the key, as assigning nil does in Lua."""
        if value is None:
            self.delete(script, key, deadline)
            return
        text = _encode(value)
        with self._held(script, deadline):
            state = self._load(script)
            old = state.entries.get(key)
            if old == text:
                return
            if old is None and len(state.entries) >= MAX_KEYS:
                raise KvError(
                    f"kv: a script may have {MAX_KEYS} keys, and {script} has them all; delete some"
                )
            entries = {**state.entries, key: text}
            size = state.size + _entry_size(key, text) - (_entry_size(key, old) if old is not None else 0)
            _check_size(script, _file_size(size, entries))
            self._store(script, entries, size)

    def delete(self, script: str, key: str, deadline: Deadline | None = None) -> None:
        """Forget ``key``; one that is not there is no error."""
        with self._held(script, deadline):
            state = self._load(script)
            if key in state.entries:
                entries = {name: text for name, text in state.entries.items() if name != key}
                self._store(script, entries, state.size - _entry_size(key, state.entries[key]))

    @contextmanager
    def _held(self, script: str, deadline: Deadline | None) -> Iterator[None]:
        """The lock of one script's store, waited for no longer than the call may."""
        with self._lock:
            lock = self._locks.setdefault(_checked(script).lower(), threading.Lock())
        if deadline is None:
            lock.acquire()
        elif not lock.acquire(timeout=deadline.remaining()):
            deadline.check()
            raise KvError("kv: the store is busy; try again")
        try:
            yield
        finally:
            lock.release()

    def _path(self, script: str) -> Path:
        path = self._paths.get(script)
        if path is None:
            path = self._paths[script] = self._dir / f"{_checked(script)}.json"
        return path

    def _look(self, path: Path) -> _Stamp | None:
        """What tells one version of the file from another; None when there is no file.

        Neither it nor its folder may be a link: that could lead a script to any file of the owner's.
        """
        if path.name in self._refused:
            raise KvError(f"kv: {path.name} {self._refused[path.name]}")
        try:
            if stat.S_ISLNK(os.lstat(self._dir).st_mode):
                raise _link_error(self._dir)
            found = os.lstat(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KvError(f"kv: {path.name} cannot be read: {error.strerror or error}") from error
        if stat.S_ISLNK(found.st_mode):
            raise _link_error(path)
        return _stamp(found)

    def _is_known(self, path: Path, state: _State) -> bool:
        """Whether the file is still the one that ``state`` was read from: then it does not matter which way
        leads to it.
        """
        try:
            return _stamp(os.lstat(path)) == state.stamp
        except OSError:
            return False

    def _load(self, script: str) -> _State:
        path, cached = self._path(script), self._cache.get(script)
        if cached is not None and self._is_known(path, cached):
            return cached
        stamp = self._look(path)
        if cached is not None and cached.stamp == stamp:
            return cached
        state = _State(None, {}, 0) if stamp is None else _read(path, self._dir.parent, stamp)
        self._cache[script] = state
        return state

    def _store(self, script: str, entries: Mapping[str, str], size: int) -> None:
        if self._read_only:
            raise KvError("kv: the site is open for reading only")
        path = self._path(script)
        body = ",".join(f"{jsontext.quote(key)}:{text}" for key, text in entries.items())
        try:
            path.parent.mkdir(exist_ok=True)  # not its parents: they are gone when the site is
            self._look(path)
            write_atomic(path, f"{{{body}}}".encode(), follow=False)
        except FileNotFoundError:
            raise KvError("kv: the site folder is gone") from None
        except OSError as error:
            raise KvError(f"kv: {path.name} cannot be written: {error.strerror or error}") from error
        except WriteError as error:
            raise KvError(f"kv: {path.name} {error.reason}") from error
        self._cache[script] = _State(self._look(path), entries, size)


def _stamp(found: os.stat_result) -> _Stamp:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


def _checked(script: str) -> str:
    if not _SCRIPT_NAME.match(script):
        raise KvError(f"kv: {script!r} is not a script name")
    return script


def _link_error(place: Path) -> KvError:
    return KvError(
        f"kv: {place.name} is a symbolic link; kv files must stand in the site's own .state folder"
    )


def _read(path: Path, home: Path, stamp: _Stamp) -> _State:
    """Parse the file; a damaged one is refused, so that nobody writes over what its owner may still mend."""
    damaged = f"kv: {path.name} is damaged ({{}}); mend or delete it in the site's .state folder"
    try:
        data = read_foreign(path, home, RULE)
        tree = parse_json_object(b"{}" if data is None else data, max_bytes=MAX_READ)
        entries = {key: _encode(value, limit=MAX_READ) for key, value in tree.items()}
    except JsonProblem as error:
        raise KvError(damaged.format(f"not JSON: {error}")) from None
    except ForeignFileError as error:
        raise KvError(f"kv: {path.name} {error.reason}") from error
    return _State(stamp, entries, sum(_entry_size(key, text) for key, text in entries.items()))


def _encode(value: Any, limit: int = MAX_BYTES) -> str:
    """``value`` as compact JSON text, after a look at its size: what cannot fit is not built."""
    _check_bounds(value, limit)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except UnicodeEncodeError:
        raise KvError("kv: the value holds half of a surrogate pair, which is not a character") from None
    except ValueError as error:
        raise KvError(f"kv: the value cannot be kept: {error}") from None
    return text


def _check_bounds(value: Any, limit: int) -> None:
    """Refuse a value whose JSON must be longer than ``limit``, nested too deeply, or no JSON; a lower bound,
    cheap to find.
    """
    size, todo = 0, [(value, 1)]
    while todo:
        one, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise KvError(f"kv: the value is nested more than {MAX_DEPTH} levels deep")
        if isinstance(one, bytes):
            raise KvError("kv: the value holds a string that is not UTF-8 text")
        if isinstance(one, dict):
            size += sum(len(key) + 4 for key in one)
            todo.extend((item, depth + 1) for item in one.values())
        elif isinstance(one, (list, tuple)):
            size += 1 + len(one)
            todo.extend((item, depth + 1) for item in one)
        else:
            size += len(one) + 2 if isinstance(one, str) else 1
        if size > limit:
            raise KvError(f"kv: a script may keep {MAX_BYTES} bytes in all, and the value alone is larger")


def _entry_size(key: str, text: str) -> int:
    return len(jsontext.quote(key).encode()) + 1 + len(text.encode())


def _file_size(entries_size: int, entries: Mapping[str, str]) -> int:
    return 2 + entries_size + max(0, len(entries) - 1)


def _check_size(script: str, size: int) -> None:
    if size > MAX_BYTES:
        raise KvError(f"kv: a script may keep {MAX_BYTES} bytes in all; {script} would have {size}")
