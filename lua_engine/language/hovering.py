"""What the name at a position is, in Markdown."""

from __future__ import annotations

import re
from typing import Final

from lua_engine.api.reference import signature
from lua_engine.language.completion import described, written
from lua_engine.language.lua_functions import LuaFunction, lua_functions
from lua_engine.language.members import is_function, members_at
from lua_engine.language.names import Binding
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import Column, goop_functions, goop_names, handle_methods
from lua_engine.language.tables import chain
from lua_engine.scripts.syntax import Node

_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_INDEXES: Final = frozenset(("dot_index_expression", "method_index_expression"))


def hover(script: ScriptText, line: int, column: int) -> str:
    """What the name at a position is, in Markdown; an empty text where there is nothing to say."""
    node: Node | None = script.syntax.node_at(script.syntax.byte_at(line, column))
    if node is None or node.type != "identifier":
        return _table_text(script, node) or _column_text(script, line, column)
    parent = node.parent
    if parent is not None and parent.type in _INDEXES and parent.child_by_field_name("table") != node:
        node = parent
    name = chain(script.syntax, node)
    function = goop_functions().get(name)
    if function is None and node.type == "method_index_expression":
        method = node.child_by_field_name("method")
        function = handle_methods().get(script.syntax.text(method)) if method is not None else None
    if function is not None:
        example = f"\n\n```lua\n{function.example}\n```" if function.example else ""
        return f"```lua\n{signature(function)}\n```\n{function.doc}{example}"
    lua = lua_functions().get(name) or _of_text(script, node)
    meaning = script.names.at(line, column)
    if lua is not None and not isinstance(meaning, Binding):
        return f"```lua\n{lua.signature}\n```\n{lua.doc}"
    part = _part_text(name)
    if part:
        return part
    if isinstance(meaning, Binding):
        table = script.tables.table_of_binding(meaning)
        return f"`{described(script, meaning)}`" + (f": table {table}" if table else "")
    return _column_text(script, line, column) or _member_text(script, line, column)


def _member_text(script: ScriptText, line: int, column: int) -> str:
    """A member of a table that the script makes itself."""
    for one in members_at(script.syntax, script.names, line, column):
        if is_function(one.value):
            return f"`{written(script, one)}`, line {one.place.line}"
    return ""


def _of_text(script: ScriptText, node: Node) -> LuaFunction | None:
    """``s:upper``, where ``s`` is no handle of a table."""
    method = node.child_by_field_name("method") if node.type == "method_index_expression" else None
    return lua_functions().get(f"string.{script.syntax.text(method)}") if method is not None else None


def _part_text(name: str) -> str:
    """A field of ``goop.peer`` and the like, or a library of ``goop``."""
    whole, _, part = name.rpartition(".")
    field = goop_functions().get(whole)
    if field is not None and field.is_field and f"{part}: " in field.returns:
        kind = field.returns.partition(f"{part}: ")[2].partition(",")[0].rstrip("}")
        return f"`{name}: {kind}`\n\n{field.doc}"
    inside = sorted(one for one in goop_names() if one.startswith(f"{name}."))
    return "\n".join([f"**{name}**", "", *(f"* `{one}`" for one in inside)]) if inside else ""


def _column_text(script: ScriptText, line: int, column: int) -> str:
    """The column that is named at a place, in a row or in a condition."""
    text = script.source.split("\n")[line - 1]
    word = next((one[0] for one in _WORD.finditer(text) if one.start() <= column <= one.end()), "")
    for named in script.tables.columns:
        place = named.place
        is_here = (place.line, place.column) <= (line, column) <= (place.end_line, place.end_column)
        if is_here and named.column == word:
            for one in script.facts.columns(named.table):
                if one.name == word:
                    return f"`{named.table}.{_column_words(one)}"
    return ""


def _column_words(column: Column) -> str:
    return f"{column.name}` {column.type}{', ' + column.note if column.note else ''}"


def _table_text(script: ScriptText, node: Node | None) -> str:
    """The columns of a table whose name stands in a string."""
    text = script.syntax.text(node) if node is not None and node.type == "string_content" else ""
    columns = script.facts.columns(text)
    lines = [f"* `{_column_words(one)}" for one in columns]
    return f"**table {text}**\n\n" + "\n".join(lines) if columns else ""
