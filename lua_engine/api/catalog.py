"""All host functions and all glue: what the engine compiles into the prelude."""

from __future__ import annotations

from importlib import import_module

from lua_engine.api.binding import REGISTRY, HostFunction
from lua_engine.runtime.prelude import read_lua

NAMESPACES = (
    "text",
    "log",
    "json",
    "route",
    "commands",
    "orm",
    "config",
    "db",
    "kv",
    "http",
    "site",
    "group",
    "chat",
    "listen",
    "template",
)
GLUE = ("text", "core", "orm", "config", "group", "template", "transform")


def load_functions() -> tuple[HostFunction, ...]:
    """Every declared host function; its place is its number at the border."""
    for namespace in NAMESPACES:
        import_module(f"lua_engine.api.{namespace}")
    return tuple(REGISTRY.values())


def load_glue() -> list[tuple[str, str]]:
    """(name, Lua source) of the glue, in the order in which it runs."""
    return [(name, read_lua("lua_engine.api", name)) for name in GLUE]
