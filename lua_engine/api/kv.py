"""``goop.kv``: a few values that a script keeps for itself."""

from __future__ import annotations

import json
from typing import Any

from lua_engine.api.binding import Host, Param, fail, host_function
from lua_engine.site.kv import KvError

DISABLED = "kv is disabled"
MAX_SHOWN = 200  # characters of a value in an effect's line
_KEY = Param("key", "string", doc="any text")
_LIMITS = (
    "kv is disabled (`lua.kv_enabled` in goop.json)",
    "1,000 keys and 65,536 bytes a script",
    "a damaged store is left as it is",
)


@host_function(
    "goop.kv.get",
    _KEY,
    returns="any|nil, string?",
    doc="The value stored under `key` by this script, or nil.",
    errors=_LIMITS[::2],
    example='local key = goop.kv.get("api_key")',
)
def get(host: Host, key: str) -> Any:
    if not host.services.settings().kv_enabled:
        return fail(DISABLED)
    try:
        return host.services.kv.get(host.run.script, key, host.run.deadline)
    except KvError as error:
        return fail(str(error))


@host_function(
    "goop.kv.set",
    _KEY,
    Param("value", "value", optional=True, doc="any JSON value; nil deletes the key"),
    returns="string?",
    doc="Store `value` under `key`, across calls and restarts.",
    errors=_LIMITS,
    example='goop.kv.set("api_key", "secret123")',
)
def set_value(host: Host, key: str, value: Any = None) -> str | None:
    if not host.services.settings().kv_enabled:
        return DISABLED
    try:
        host.services.kv.set(host.run.script, key, value, host.run.deadline)
    except KvError as error:
        return str(error)
    shown = "deleted" if value is None else f"= {_brief(value)}"
    host.run.effect(
        "kv", f"kv {host.run.script}: {key} {shown}", {"script": host.run.script, "key": key, "value": value}
    )
    return None


@host_function(
    "goop.kv.del",
    _KEY,
    returns="string?",
    doc="Delete `key`; a missing key is not an error.",
    errors=_LIMITS[::2],
    example='goop.kv.del("api_key")',
)
def delete(host: Host, key: str) -> str | None:
    if not host.services.settings().kv_enabled:
        return DISABLED
    try:
        host.services.kv.delete(host.run.script, key, host.run.deadline)
    except KvError as error:
        return str(error)
    host.run.effect(
        "kv", f"kv {host.run.script}: {key} deleted", {"script": host.run.script, "key": key, "value": None}
    )
    return None


def _brief(value: Any) -> str:
    """As JSON, for one line."""
    return json.dumps(value, ensure_ascii=False, default=repr)[:MAX_SHOWN]
