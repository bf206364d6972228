"""goop.json: what the console uses of it, checked, and how it is saved without touching the rest (contract
section 2).

The file also holds a private key and passwords (``p2p``, ``presence``): they are never kept in memory, shown
or logged. Only the sections below are; a save reads the file again, edits the tree and writes it back in the
layout it had.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lua_engine.base.errors import ConfigError
from lua_engine.base.strict_json import JsonProblem, decoded, type_name
from lua_engine.site import jsonedit, jsontext
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, read_foreign
from lua_engine.site.sections import bounded, bounds_of, read_section, shown

FILE_NAME = "goop.json"
MAX_FILE_BYTES = 16 * 1024 * 1024  # far past any real one; a device or a wrong file must not fill the memory
_RULE = Rule(MAX_FILE_BYTES, links=True)


@dataclass(frozen=True, slots=True)
class LuaSettings:
    """The ``lua`` section. Times in seconds, memory in MiB, rates in calls a minute."""

    enabled: bool = False
    script_dir: str = bounded("site/lua", 1)
    timeout_seconds: int = bounded(5, 1, 60)
    max_memory_mb: int = bounded(10, 1, 1024)
    rate_limit_per_peer: int = bounded(30, 1)
    rate_limit_global: int = bounded(120, 1)
    http_enabled: bool = True
    kv_enabled: bool = True

    @staticmethod
    def bounds() -> dict[str, tuple[int, int | None]]:
        """The least and the largest value of each number; None: there is no largest."""
        return {one.name: bounds_of(one) for one in fields(LuaSettings) if type(one.default) is int}


@dataclass(frozen=True, slots=True)
class Identity:
    key_file: str = bounded("data/identity.key", 1)


@dataclass(frozen=True, slots=True)
class Paths:
    site_root: str = bounded("site", 1)


@dataclass(frozen=True, slots=True)
class Profile:
    """The owner, as visitors see them."""

    label: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """``active_template``: the installed template's folder name, ``local:NAME`` from a local folder, or
    empty.
    """

    active_template: str = ""


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The sections that the console uses."""

    lua: LuaSettings = LuaSettings()
    identity: Identity = Identity()
    paths: Paths = Paths()
    profile: Profile = Profile()
    viewer: Viewer = Viewer()


LUA_KEYS = tuple(one.name for one in fields(LuaSettings))


@dataclass(frozen=True, slots=True, repr=False)
class ConfigText:
    """goop.json as it stands on disk: the whole tree, secrets included, so it is short-lived and has no
    ``repr``.
    """

    tree: dict[str, Any]
    text: str
    mark: bytes  # a byte order mark, if the file begins with one


def read_text(path: Path) -> ConfigText:
    """Read and parse ``path``. Raises :class:`ConfigError` with line and column when it is not JSON."""
    data = read_foreign(path, path.parent, _RULE)
    if data is None:
        raise ConfigError(f"{path}: the file no longer exists")
    try:
        text = decoded(data, MAX_FILE_BYTES)
        tree = jsontext.parse(text)
    except JsonProblem as problem:  # "from None": the whole document, secrets included, hangs on it
        raise ConfigError(f"{path}: not valid JSON: {problem}; correct the file there") from None
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: must hold one JSON object ({{...}}), not {type_name(tree)}")
    return ConfigText(tree, text, codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"")


def load(path: Path) -> SiteConfig:
    """The checked configuration in ``path``. Raises :class:`ConfigError` naming file, key,
    value and bound.
    """
    return check(read_text(path).tree)


def check(tree: Mapping[str, Any]) -> SiteConfig:
    """The sections in use, out of a whole tree; see :func:`load`."""
    used = {one.name: jsontext.plain(tree[one.name]) for one in fields(SiteConfig) if one.name in tree}
    config, flaws = read_section(SiteConfig, used)
    if flaws:
        raise ConfigError(f"{FILE_NAME}: {'; '.join(flaws)}")
    return config


def with_overrides(settings: LuaSettings, overrides: Mapping[str, Any]) -> LuaSettings:
    """``settings`` with keys of ``--config`` put over them, held to the same bounds. Raises
    :class:`ConfigError`.
    """
    for key in overrides:
        if key not in LUA_KEYS:
            raise ConfigError(f"--config: unknown key {shown(key)}; the keys are {', '.join(LUA_KEYS)}")
    found, flaws = read_section(LuaSettings, {**asdict(settings), **overrides})
    if flaws:
        raise ConfigError(f"--config: {'; '.join(flaws)}")
    return found


def save(
    path: Path,
    mutate: Callable[[dict[str, Any]], None],
    accept: Callable[[SiteConfig], object] = lambda _: None,
) -> SiteConfig:
    """Read ``path``, let ``mutate`` edit the tree, check the result and write it atomically.

    Every character that does not belong to a changed value stays. Nothing is written when nothing changed, or
    when the result is not valid (:class:`ConfigError`, also from ``accept``, which sees it before).
    """
    text = read_text(path)
    mutate(text.tree)
    config = check(text.tree)
    accept(config)
    after = jsonedit.edit(text.text, text.tree)
    if after != text.text:
        write_atomic(path, text.mark + after.encode())
    return config
