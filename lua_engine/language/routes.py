"""The table that ``goop.route`` is given: each action with its handler, as nodes."""

from __future__ import annotations

from collections.abc import Iterator

from lua_engine.language.names import Binding
from lua_engine.language.script import ScriptText
from lua_engine.language.tables import arguments, chain, string_value
from lua_engine.scripts.syntax import Node


def routed(script: ScriptText) -> Iterator[tuple[str, Node, Node]]:
    """Name, value and key of each entry of a table that is written there, or that a local was declared
    with.
    """
    for call in script.syntax.nodes("call"):
        if chain(script.syntax, call.child_by_field_name("name")) != "goop.route":
            continue
        for given in arguments(call)[:1]:
            table = _declared(script, given)
            for entry in table.named_children if table.type == "table_constructor" else ():
                key, value = entry.child_by_field_name("name"), entry.child_by_field_name("value")
                if key is not None and value is not None:
                    name = string_value(script.syntax, key) or script.syntax.text(key)
                    yield name, value, key


def _declared(script: ScriptText, node: Node) -> Node:
    if node.type != "identifier":
        return node
    place = script.syntax.place(node)
    meaning = script.names.at(place.line, place.column)
    if not isinstance(meaning, Binding) or meaning.value is None:
        return node
    return meaning.value
