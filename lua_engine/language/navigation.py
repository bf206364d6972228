"""From a name to where it is declared, to all its uses, and to another name for it."""

from __future__ import annotations

import re

from lua_engine.base.errors import KnownError
from lua_engine.language.members import members_at
from lua_engine.language.names import Binding, GlobalUse, Names
from lua_engine.language.script import ScriptText
from lua_engine.language.words import KEYWORDS
from lua_engine.scripts.syntax import Place

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class RenameError(KnownError):
    """The new name is none, or means something else already; the message says which."""


def definition(script: ScriptText, line: int, column: int) -> Place | None:
    """Where the name at a position is declared: a local, or the first place that gives a global, or a member
    of a table, its value.
    """
    meaning = script.names.at(line, column)
    if isinstance(meaning, Binding):
        return meaning.place
    if meaning is None:
        members = members_at(script.syntax, script.names, line, column)
        return next((one.place for one in members if one.is_write), None)
    return next((use.place for use in _same(script.names, meaning) if use.is_write), None)


def table_at(script: ScriptText, line: int, column: int) -> str:
    """The table that a position names: in the text that opens it, or by the handle that stands there."""
    for named in script.tables.tables:
        place = named.place
        if (place.line, place.column) <= (line, column) <= (place.end_line, place.end_column):
            return named.table
    meaning = script.names.at(line, column)
    return (script.tables.table_of_binding(meaning) or "") if isinstance(meaning, Binding) else ""


def references(script: ScriptText, line: int, column: int) -> tuple[Place, ...]:
    """Every place of the name at a position, its declaration too, in the order of the text."""
    meaning = script.names.at(line, column)
    if isinstance(meaning, Binding):
        return tuple(sorted((meaning.place, *meaning.uses, *meaning.writes)))
    if meaning is None:
        return tuple(one.place for one in members_at(script.syntax, script.names, line, column))
    return tuple(sorted(use.place for use in _same(script.names, meaning)))


def rename(script: ScriptText, line: int, column: int, name: str) -> tuple[Place, ...]:
    """The places to write ``name`` at. Raises :class:`RenameError` for what is no local, a name that cannot
    be one, or one that would then mean something else.
    """
    meaning = script.names.at(line, column)
    if not isinstance(meaning, Binding):
        raise RenameError("only a local name can be renamed: a global may be used elsewhere")
    if "_ENV" in (name, meaning.name) and name != meaning.name:
        raise RenameError("_ENV is where Lua looks for globals: a local of this name is like no other")
    if not _NAME.match(name) or name in KEYWORDS:
        raise RenameError(f"{name!r} cannot be a name: letters, digits and _, and no word of Lua")
    places = references(script, line, column)
    if name != meaning.name and _is_taken(script, meaning, name):
        raise RenameError(f"{name} means something else where {meaning.name} is used; choose another name")
    return places


def _same(names: Names, meaning: GlobalUse) -> list[GlobalUse]:
    return [use for use in names.globals if use.name == meaning.name]


def _is_taken(script: ScriptText, meaning: Binding, name: str) -> bool:
    """Whether ``name`` is visible at a place of ``meaning``, or is used where ``meaning`` is visible."""
    places = (meaning.place, *meaning.uses, *meaning.writes)
    for place in places:
        visible = script.names.visible(script.syntax, script.syntax.byte_at(place.line, place.column) + 1)
        if any(one.name == name for one in visible):
            return True
    others = [use.place for use in script.names.globals if use.name == name]
    others += [place for one in script.names.bindings if one.name == name for place in one.uses + one.writes]
    return any(_sees(script, place, meaning) for place in others)


def _sees(script: ScriptText, place: Place, meaning: Binding) -> bool:
    """Whether ``meaning`` would be the one that a name at ``place`` means, if it were called so."""
    living = script.names.living(script.syntax, script.syntax.byte_at(place.line, place.column))
    return any(one.place == meaning.place for one in living)
