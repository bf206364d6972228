"""goop.json: what the console uses of it, checked, and how it is saved without touching the rest (contract
section 2).

The file also holds a private key and passwords (``p2p``, ``presence``): they are never kept in memory, shown
or logged. Only the sections below are; a save reads the file again, edits the tree and writes it back in the
layout it had.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from lua_engine.base.errors import ConfigError
from lua_engine.base.strict_json import JsonProblem, decoded, type_name
from lua_engine.site import jsonedit, jsontext
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, read_foreign

FILE_NAME = "goop.json"
MAX_FILE_BYTES = 16 * 1024 * 1024  # far past any real one; a device or a wrong file must not fill the memory
_RULE = Rule(MAX_FILE_BYTES, links=True)
_SHOWN_VALUE = 80  # characters of a wrong value in a message


class _Section(BaseModel):
    # Strict: a bool is no int and "5" no number, as in Goop2's Go. Unknown keys are Goop2's own business.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class LuaSettings(_Section):
    """The ``lua`` section. Times in seconds, memory in MiB, rates in calls a minute."""

    enabled: bool = False
    script_dir: Annotated[str, Field(min_length=1)] = "site/lua"
    timeout_seconds: Annotated[int, Field(ge=1, le=60)] = 5
    max_memory_mb: Annotated[int, Field(ge=1, le=1024)] = 10
    rate_limit_per_peer: Annotated[int, Field(ge=1)] = 30
    rate_limit_global: Annotated[int, Field(ge=1)] = 120
    http_enabled: bool = True
    kv_enabled: bool = True


class Identity(_Section):
    key_file: Annotated[str, Field(min_length=1)] = "data/identity.key"


class Paths(_Section):
    site_root: Annotated[str, Field(min_length=1)] = "site"


class Profile(_Section):
    """The owner, as visitors see them."""

    label: str = ""
    email: str = ""


class Viewer(_Section):
    """``active_template``: the installed template's folder name, ``local:NAME`` from a local folder, or
    empty.
    """

    active_template: str = ""


class SiteConfig(_Section):
    """The sections that the console uses."""

    lua: LuaSettings = LuaSettings()
    identity: Identity = Identity()
    paths: Paths = Paths()
    profile: Profile = Profile()
    viewer: Viewer = Viewer()


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
    used = {name: jsontext.plain(tree[name]) for name in SiteConfig.model_fields if name in tree}
    try:
        return SiteConfig.model_validate(used)
    except ValidationError as error:
        raise ConfigError(f"{FILE_NAME}: {_explain(error)}") from None


def with_overrides(settings: LuaSettings, overrides: Mapping[str, Any]) -> LuaSettings:
    """``settings`` with keys of ``--config`` put over them, held to the same bounds. Raises
    :class:`ConfigError`.
    """
    for key in overrides:
        if key not in LuaSettings.model_fields:
            raise ConfigError(
                f"--config: unknown key {_shown(key)}; the keys are {', '.join(LuaSettings.model_fields)}"
            )
    try:
        return LuaSettings.model_validate({**settings.model_dump(), **overrides})
    except ValidationError as error:
        raise ConfigError(f"--config: {_explain(error)}") from None


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


_EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "string_type": "a string",
    "model_type": "an object ({...})",
    "string_too_short": "a name, not an empty string",
}


def _explain(error: ValidationError) -> str:
    """Every finding as ``lua.timeout_seconds is 90, must be between 1 and 60``, joined."""
    return "; ".join(_explain_one(one) for one in error.errors(include_url=False))


def _explain_one(detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] in ("greater_than_equal", "less_than_equal"):
        expected = _bounds(str(detail["loc"][-1]))
    else:
        expected = _EXPECTED.get(detail["type"], detail["msg"])
    return f"{key} is {_shown(detail['input'])}, must be {expected}"


def _bounds(key: str) -> str:
    limits = {type(one).__name__: one for one in LuaSettings.model_fields[key].metadata}
    low = limits["Ge"].ge
    return f"between {low} and {limits['Le'].le}" if "Le" in limits else f"at least {low}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_VALUE else text[:_SHOWN_VALUE] + "..."
