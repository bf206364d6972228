"""Breakpoints of a site: plain data, kept in ``.goop-console/breakpoints.json`` across restarts."""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import check_format
from lua_engine.base.strict_json import parse_json
from lua_engine.debugger.binding import followed, line_text
from lua_engine.debugger.messages import DebugError
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign

_RULE = Rule(4 * 1024 * 1024)

VERSION = 1
MAX_BREAKPOINTS = 500
MAX_TEXT = 2_000
_HIT_TEST = re.compile(r"^\s*(>=|>|==|=|%|)\s*([1-9]\d{0,8})\s*$")
_log = logging.getLogger("goop.debugger")


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """``script`` is ``function/todo`` or ``command/hello``; ``text`` is the line's, to follow edits.

    ``condition`` is a Lua expression in the frame. ``hit_test`` is empty or one of ``5`` (the fifth time),
    ``>= 5``, ``> 5``, ``% 5`` (every fifth). ``message`` is written instead of stopping, with values in
    braces: ``total is {t.total}``. ``caller``: only for that caller (``owner``, ``role:NAME``, ``stranger``,
    a peer's id or label).
    """

    script: str
    line: int
    text: str = ""
    condition: str = ""
    hit_test: str = ""
    message: str = ""
    caller: str = ""
    is_enabled: bool = True
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:8])


def checked(one: Breakpoint) -> Breakpoint:
    """``one`` with its hit test as Lua reads it. Raises :class:`DebugError` for what makes no sense."""
    if one.line < 1:
        raise DebugError(f"there is no line {one.line}")
    for name in ("condition", "message", "caller"):
        if len(getattr(one, name)) > MAX_TEXT:
            raise DebugError(f"the {name} of a breakpoint may have {MAX_TEXT:,} characters")
    if not one.hit_test.strip():
        return replace(one, hit_test="")
    found = _HIT_TEST.match(one.hit_test)
    if found is None:
        raise DebugError(f"{one.hit_test!r} is not a hit count: write 5, >= 5, > 5 or % 5")
    operator = "" if found[1] in ("=", "==") else found[1]
    return replace(one, hit_test=operator + found[2])


class Breakpoints:
    """The breakpoints of one site. Thread-safe; every change is on disk when it returns, unless the site is
    read-only.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.problem = ""
        """Why the file could not be read, or is not written; empty when all is well."""
        self._all: dict[str, Breakpoint] = {}
        if path is not None:
            self._read(path)

    def all(self) -> tuple[Breakpoint, ...]:
        """By script and line."""
        return tuple(sorted(self._all.values(), key=lambda one: (one.script, one.line, one.id)))

    def of(self, script: str) -> tuple[Breakpoint, ...]:
        """Those of one script, by line."""
        return tuple(one for one in self.all() if one.script == script)

    def put(self, one: Breakpoint) -> Breakpoint:
        """Add it, or change the one with its id; another on the same line goes."""
        one = checked(one)
        with self._lock:
            kept = {
                key: other
                for key, other in self._all.items()
                if (other.script, other.line) != (one.script, one.line)
            }
            kept[one.id] = one
            if len(kept) > MAX_BREAKPOINTS:
                raise DebugError(f"a site may have {MAX_BREAKPOINTS} breakpoints")
            self._write(kept)
        return one

    def remove(self, *ids: str) -> None:
        """Take them away; unknown ids are passed over."""
        with self._lock:
            self._write({key: one for key, one in self._all.items() if key not in ids})

    def follow(self, script: str, text: str) -> bool:
        """The script's text is another now: move its breakpoints with their lines. Whether one moved."""
        moved = {}
        for one in self.of(script):
            line = followed(text, one.line, one.text) if one.text else 0
            if line and line != one.line:
                moved[one.id] = replace(one, line=line)
            elif not line:
                moved[one.id] = replace(one, text=line_text(text, one.line))
        moved = {key: one for key, one in moved.items() if one != self._all.get(key)}
        if moved:
            with self._lock:
                self._write({key: moved.get(key, one) for key, one in self._all.items()})
        return bool(moved)

    # The file

    def _read(self, path: Path) -> None:
        try:
            data = read_foreign(path, path.parent.parent, _RULE)
            if data is None:
                return
            content = parse_json(data)
            self._all = {one.id: one for one in map(checked, _parsed(content))}
        except (SiteError, ValueError, TypeError, KeyError, AttributeError, DebugError) as error:
            self._path = None
            self.problem = f"{path}: the breakpoints cannot be read ({error}); changes are not kept"
            _log.warning("%s", self.problem)

    def _write(self, kept: dict[str, Breakpoint]) -> None:
        if self._path is not None:
            content = {"version": VERSION, "breakpoints": [asdict(one) for one in kept.values()]}
            make_own_folder(self._path.parent.parent, self._path.parent.name)
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            write_atomic(self._path, text.encode(), mode=0o600, follow=False)
        self._all = kept


def _parsed(content: Any) -> list[Breakpoint]:
    if not isinstance(content, dict) or not isinstance(content.get("breakpoints"), list):
        raise ValueError("it must be an object with a list of breakpoints")
    check_format(content, VERSION, key="version")
    return [_one(entry) for entry in content["breakpoints"][:MAX_BREAKPOINTS]]


def _one(entry: Any) -> Breakpoint:
    kinds = {one.name: one.type for one in fields(Breakpoint)}
    for name, value in entry.items():
        wanted = {"str": str, "int": int, "bool": bool}[str(kinds[name])]
        if type(value) is not wanted:
            raise ValueError(f"{name} must be {wanted.__name__}")
    return Breakpoint(**entry)
