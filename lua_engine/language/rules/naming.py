"""Names that leak, that nothing defines, that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from lua_engine.language.finding import Finding
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import goop_names, lua_globals
from lua_engine.language.tables import chain
from lua_engine.scripts.outline import ENTRY_POINTS

_HOOKS = frozenset(ENTRY_POINTS)
_MOST_COMPARED: Final = 50  # unknown names for which a near one is looked for: each is held against all


def global_writes(script: ScriptText) -> Iterator[Finding]:
    """``count = 0`` in a function without ``local``; a helper that is global for no reason."""
    for use in script.names.globals:
        if not use.is_write or use.name in _HOOKS:
            continue
        if use.is_function and use.depth == 0:
            message = f"{use.name} is global: write local function {use.name}"
            yield Finding("global-write", "hint", message, use.place)
        else:
            message = f"{use.name} is global here: write local {use.name}, or declare it above"
            yield Finding("global-write", "warning", message, use.place)


def unknown_globals(script: ScriptText) -> Iterator[Finding]:
    """A name that neither Lua nor goop nor this script has: nil when it is read."""
    defined = {use.name for use in script.names.globals if use.is_write}
    known = lua_globals() | defined
    unknown = [use for use in script.names.globals if not use.is_write and use.name not in known]
    if not unknown:
        return
    names = known | {one.name for one in script.names.bindings}
    compared = list(dict.fromkeys(use.name for use in unknown))[:_MOST_COMPARED]
    near = {name: _near(name, names) for name in compared}
    for use in unknown:
        message = f"nothing defines {use.name}{near.get(use.name, '')}"
        yield Finding("unknown-global", "warning", message, use.place)


def unused_locals(script: ScriptText) -> Iterator[Finding]:
    """A local or local function that is never read; a name that begins with ``_`` says so on purpose."""
    for one in script.names.bindings:
        if one.kind in ("local", "function") and not one.uses and not one.name.startswith("_"):
            yield Finding("unused-local", "hint", f"{one.name} is never read", one.place)


def unknown_goop(script: ScriptText) -> Iterator[Finding]:
    """``goop.lgo.info``; below a field that holds data (``goop.template.name``) nothing is checked."""
    if any(one.name == "goop" for one in script.names.bindings):
        return
    known = goop_names()
    within = set[int]()  # the a.b of a.b.c
    for node in script.syntax.nodes("index"):
        table = node.child_by_field_name("table")
        if table is not None:
            within.add(table.id)
        if node.id in within:
            continue
        name = chain(script.syntax, node)
        if name.startswith("goop.") and (wrong := _first_unknown(name, known)):
            near = _near(wrong, known)
            yield Finding("unknown-goop", "warning", f"there is no {wrong}{near}", script.syntax.place(node))


def _first_unknown(name: str, known: frozenset[str]) -> str:
    parts = name.split(".")
    for count in range(2, len(parts) + 1):
        prefix = ".".join(parts[:count])
        if prefix not in known:
            above = ".".join(parts[: count - 1])
            holds_names = any(one.startswith(f"{above}.") for one in known)
            return prefix if holds_names else ""
    return ""


def _near(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"; did you mean {found[0]}?" if found else ""
