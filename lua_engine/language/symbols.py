"""The outline of a script: its functions, handlers and actions, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from lua_engine.language.names import sides
from lua_engine.language.routes import routed
from lua_engine.language.script import ScriptText
from lua_engine.language.tables import string_value
from lua_engine.scripts.outline import ENTRY_POINTS
from lua_engine.scripts.syntax import Node, Place, children, walk

SymbolKind = Literal["function", "handler", "action"]
_MOST = 2_000  # of one script


class Symbol(NamedTuple):
    """``kind`` is *handler* for ``call``, ``handle`` and ``on_group_close``, *action* for an entry of
    ``goop.route``. ``place`` is that of the name; it goes on to ``end_line`` (from 1). ``depth``: how many of
    the others it stands in.
    """

    name: str
    kind: SymbolKind
    place: Place
    end_line: int
    depth: int


def symbols(script: ScriptText) -> tuple[Symbol, ...]:
    """Whether the text compiles or not."""
    actions = {key.start_byte: (name, key, value) for name, value, key in routed(script)}
    found = [
        (node.start_byte, node.end_byte, key, name, _kind(name, node))
        for key, name, node in _functions(script)
        if key.start_byte not in actions
    ]
    found += [(key.start_byte, value.end_byte, key, name, "action") for name, key, value in actions.values()]
    made, around = [], list[int]()
    for start, end, key, name, kind in sorted(found, key=lambda one: (one[0], -one[1]))[:_MOST]:
        around = [one for one in around if one > start]
        last = script.syntax.line_of(end)
        made.append(Symbol(name, kind, script.syntax.place(key), last, len(around)))
        around.append(end)
    return tuple(made)


def _functions(script: ScriptText) -> Iterator[tuple[Node, str, Node]]:
    """The name of each function that has one, as a node and as a text, and the function."""
    for node in walk(script.syntax.root):
        if node.type == "function_declaration":
            named = [(one, node) for one in children(node, "name")]
        elif node.type == "assignment_statement":
            named = list(zip(*sides(node), strict=False))
        elif node.type == "field":
            named = list(zip(children(node, "name"), children(node, "value"), strict=False))
        else:
            continue
        for key, value in named:
            if value.type in ("function_declaration", "function_definition") and not key.is_missing:
                yield key, string_value(script.syntax, key) or script.syntax.text(key), value


def _kind(name: str, node: Node) -> SymbolKind:
    is_local = bool(node.children) and node.children[0].type == "local"
    return "handler" if name in ENTRY_POINTS and not is_local else "function"
