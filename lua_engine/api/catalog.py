"""All host functions and all glue: what the engine compiles into the prelude."""

from __future__ import annotations

from lua_engine.api import (
    chat,
    commands,
    config,
    db,
    group,
    http,
    json,
    kv,
    listen,
    log,
    orm,
    route,
    site,
    template,
    text,
)
from lua_engine.api.binding import REGISTRY, HostFunction
from lua_engine.base.lua_files import read_lua

# By name, so that a frozen build finds them. Importing one declares its functions.
NAMESPACES = (
    text,
    log,
    json,
    route,
    commands,
    orm,
    config,
    db,
    kv,
    http,
    site,
    group,
    chat,
    listen,
    template,
)
GLUE = ("text", "log", "route", "json", "commands", "orm", "config", "group", "template", "transform")


def load_functions() -> tuple[HostFunction, ...]:
    """Every declared host function; its place is its number at the border."""
    return tuple(REGISTRY.values())


def load_glue() -> list[tuple[str, str]]:
    """(name, Lua source) of the glue: each is a part of the prelude (see ``runtime/prelude.py``)."""
    return [(name, read_lua("lua_engine.api", name)) for name in GLUE]
