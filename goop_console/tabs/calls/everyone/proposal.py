"""Every action of a function as calls to try: with the params of its last call, else with made-up ones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from goop_console.tabs.calls.model.names import free_name
from lua_engine import Engine, Request, SavedCall

_LOOKED_THROUGH = 1_000  # entries of the history
_NUMBERS = (
    "id",
    "index",
    "position",
    "count",
    "number",
    "limit",
    "page",
    "row",
    "column",
    "x",
    "y",
    "amount",
)
_FLAGS = ("done", "enabled", "active", "visible", "public", "force")


def calls_of(engine: Engine, function: str, taken: Collection[str]) -> tuple[tuple[SavedCall, ...], int]:
    """The calls, and how many of them have made-up params. Reads files: not for the Qt thread."""
    names = set(taken)
    known = _last_params(engine, function)
    calls: list[SavedCall] = []
    sampled = 0
    for info in engine.scripts.action_infos(function):
        params = known.get(info.name)
        if params is None:
            params = {field: example_value(field) for field in info.fields}
            sampled += bool(params)
            params = {"action": info.name, **params} if info.name else params
        name = free_name(f"{function} {info.name}", names)
        names.add(name)
        calls.append(SavedCall(name, Request.call(function, params)))
    return tuple(calls) or (SavedCall(free_name(function, names), Request.call(function)),), sampled


def example_value(field: str) -> Any:
    """A value for a field of that name: a guess that a person may correct."""
    name = field.casefold()
    if name in _NUMBERS or name.endswith(("_id", "_position", "_count")):
        return 1
    if name in _FLAGS or name.startswith(("is_", "has_", "with_")):
        return True
    if name in ("due", "date", "day") or name.endswith(("_date", "_on")):
        return "2026-05-31"
    return "somebody@example.org" if "email" in name else "example"


def _last_params(engine: Engine, function: str) -> dict[str, Any]:
    """By action, the params of the last call in the history that was not an error."""
    found: dict[str, int] = {}
    for entry in engine.history.page(limit=_LOOKED_THROUGH, script=function):
        if entry.kind == "call" and entry.outcome == "ok":
            found.setdefault(entry.title, entry.id)
    return {
        action: engine.history.entry(entry_id).result.request.argument for action, entry_id in found.items()
    }
