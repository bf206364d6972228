"""Names that leak, that nothing defines, that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from lua_engine.language.finding import Finding
from lua_engine.language.names import Binding
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import goop_names, lua_globals, lua_members
from lua_engine.language.tables import chain
from lua_engine.scripts.outline import ENTRY_POINTS
from lua_engine.scripts.portability.varargs import places_with_arg
from lua_engine.scripts.syntax import Node, Place

_HOOKS = frozenset(ENTRY_POINTS)
_MOST_COMPARED: Final = 50  # unknown names for which a near one is looked for: each is held against all


def global_writes(script: ScriptText) -> Iterator[Finding]:
    """``count = 0`` in a function without ``local``; a helper that is global for no reason."""
    for use in () if _has_own_globals(script) else script.names.globals:
        if not use.is_write or use.name in _HOOKS:
            continue
        if use.is_function and use.depth == 0:
            message = f"{use.name} is global: write local function {use.name}"
            yield Finding("global-write", "hint", message, use.place)
        else:
            message = f"{use.name} is global here: write local {use.name}, or declare it above"
            yield Finding("global-write", "warning", message, use.place)


def _has_own_globals(script: ScriptText) -> bool:
    """Some names of no local are fields of a local ``_ENV``."""
    return any(one.name == "_ENV" for one in script.names.bindings)


def unknown_globals(script: ScriptText) -> Iterator[Finding]:
    """A name that neither Lua nor goop nor this script has: nil when it is read."""
    defined = {use.name for use in script.names.globals if use.is_write}
    known = lua_globals() | defined
    unknown = [use for use in script.names.globals if not use.is_write and use.name not in known]
    if any(use.name == "arg" for use in unknown):
        places = places_with_arg(script.syntax)
        unknown = [
            use for use in unknown if use.name != "arg" or not any(_is_in(use.place, one) for one in places)
        ]
    if not unknown or _has_own_globals(script):
        return
    names = known | {one.name for one in script.names.bindings}
    compared = list(dict.fromkeys(use.name for use in unknown))[:_MOST_COMPARED]
    near = {name: _near(name, names) for name in compared}
    locals_ = {one.name: one for one in script.names.living(script.syntax, len(script.syntax.data))}
    for use in unknown:
        late = locals_.get(use.name)
        message = f"nothing defines {use.name}{near.get(use.name, '')}"
        if late is not None:  # a local of the whole script that begins below is none here
            message = f"{use.name} is no local here: it begins in line {late.place.line}; move it above"
        yield Finding("unknown-global", "warning", message, use.place)


def unknown_members(script: ScriptText) -> Iterator[Finding]:
    """``string.trim(...)``: nil, unless the script puts it there, or looks first whether it is there."""
    names = script.names
    own = {one.name for one in names.bindings} | {use.name for use in names.globals if use.is_write}
    known, libraries = lua_members()
    called: list[tuple[str, Node]] = []
    spared = set[str]()
    for node in script.syntax.nodes("index"):
        name = chain(script.syntax, node)
        library, _, member = name.partition(".")
        if library not in libraries or library in own or "." in member or name in known:
            continue
        if node.parent is not None and node.parent.type == "function_call":
            called.append((name, node))
        else:
            spared.add(name)
    for name, node in called:
        if name not in spared:
            library, _, member = name.partition(".")
            siblings = {one.partition(".")[2]: one for one in known if one.startswith(f"{library}.")}
            near = get_close_matches(member, siblings, n=1, cutoff=0.7)
            message = f"there is no {name}" + (f"; did you mean {siblings[near[0]]}?" if near else "")
            yield Finding("unknown-global", "warning", message, script.syntax.place(node))


def unused_locals(script: ScriptText) -> Iterator[Finding]:
    """A local or local function that is never read; a name that begins with ``_`` says so on purpose."""
    for one in script.names.bindings:
        if one.kind not in ("local", "function") or one.name.startswith("_"):
            continue
        if not one.uses:
            yield Finding("unused-local", "hint", f"{one.name} is never read", one.place)
        elif one.kind == "function" and _only_by_itself(script, one):
            yield Finding("unused-local", "hint", f"{one.name} is never called but by itself", one.place)


def _only_by_itself(script: ScriptText, one: Binding) -> bool:
    if one.value is None:
        return False
    whole = script.syntax.place(one.value)
    start, end = whole[:2], whole[2:]
    return all(start <= place[:2] < end for place in one.uses)


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


def _is_in(place: Place, around: Place) -> bool:
    return (around.line, around.column) <= place[:2] and place[2:] <= (around.end_line, around.end_column)
