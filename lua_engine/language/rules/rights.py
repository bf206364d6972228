"""What lets a visitor do more than the owner meant. Hints: only the owner knows what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lua_engine.language.finding import Finding
from lua_engine.language.names import Binding
from lua_engine.language.routes import routed
from lua_engine.language.script import ScriptText
from lua_engine.language.tables import arguments, chain, string_value
from lua_engine.scripts.outline import ENTRY_POINTS
from lua_engine.scripts.syntax import Node, walk

_DELETES: Final = frozenset(("delete", "delete_where"))
_ASKS_WHO: Final = ("goop.peer", "goop.self", "goop.group", "goop.owner")
_SQL: Final = frozenset(("goop.db.query", "goop.db.scalar", "goop.db.exec"))
_NUMBERS: Final = frozenset(("tonumber", "math.floor", "math.ceil"))
_FUNCTIONS: Final = frozenset(("function_declaration", "function_definition"))


def missing_entry_point(script: ScriptText) -> Iterator[Finding]:
    """A data function without ``call``, a chat command without ``handle``."""
    wanted = ("call", "handle") if script.kind == "function" else ("handle",)
    defined = {use.name for use in script.names.globals if use.is_write}
    known = {one for one in ENTRY_POINTS if one in defined}
    if known or not script.source.strip():
        return
    what = "a data function defines call(request)" if script.kind == "function" else ""
    message = f"no entry point here: {what or 'a chat command defines handle(args)'}"
    first = script.syntax.root.named_children[:1] or [script.syntax.root]
    if not any(_returns_global(script, name) for name in wanted):
        yield Finding("no-entry-point", "warning", message, script.syntax.place(first[0]))


def _returns_global(script: ScriptText, name: str) -> bool:
    """``_G.call = ...`` and ``_G["call"] = ...``."""
    return (
        f"_G.{name}" in script.source or f'_G["{name}"]' in script.source or f"_ENV.{name}" in script.source
    )


def unguarded_deletes(script: ScriptText) -> Iterator[Finding]:
    """An action whose function deletes rows, without ``goop.owner`` around it and without a look at who
    asks, in the function, in a wrapper, or in a function that one of them calls.
    """
    deletes = [
        (name, key, {function, value})
        for name, value, key in routed(script)
        if (function := _function_of(script, value)) is not None and _deletes(script, function)
    ]
    look = _functions_that_look(script) if deletes else set[str]()
    for name, key, code in deletes:
        if not any(_looks(script, one, look) for one in code) and not _is_guarded(script, name):
            message = f"anybody may {name}: wrap it in goop.owner(...), or look at goop.peer.id first"
            yield Finding("unguarded-delete", "hint", message, script.syntax.place(key))


def _is_guarded(script: ScriptText, action: str) -> bool:
    return any(one.name == action and one.is_guarded for one in script.actions)


def _functions_that_look(script: ScriptText) -> set[str]:
    """Names of the functions that look at who asks, themselves or through one that they call."""
    waiting = {
        one.name: one.value for one in script.names.bindings if one.value and one.value.type in _FUNCTIONS
    }
    found = {name for name, body in waiting.items() if _asks_who(script, body)}
    called = {name: _named(script, body) for name, body in waiting.items() if name not in found}
    while more := {name for name, names in called.items() if name not in found and names & found}:
        found |= more
    return found


def _looks(script: ScriptText, node: Node, functions: set[str]) -> bool:
    return _asks_who(script, node) or not functions.isdisjoint(_named(script, node))


def _asks_who(script: ScriptText, node: Node) -> bool:
    text = script.syntax.text(node)
    return any(word in text for word in _ASKS_WHO)


def _named(script: ScriptText, node: Node) -> set[str]:
    """Every name that is written in a node."""
    return {script.syntax.text(one) for one in script.syntax.nodes("leaf", node) if one.type == "identifier"}


def _function_of(script: ScriptText, value: Node) -> Node | None:
    """The function behind ``i(delete_todo)``, ``delete_todo`` or ``function(p) ... end``."""
    for _ in range(8):
        if value.type in _FUNCTIONS:
            return value
        if value.type == "function_call":
            given = arguments(value)
            if not given:
                return None
            value = given[0]
        elif value.type == "identifier":
            place = script.syntax.place(value)
            meaning = script.names.at(place.line, place.column)
            if not isinstance(meaning, Binding) or meaning.value is None:
                return None
            value = meaning.value
        else:
            return None
    return None


def _deletes(script: ScriptText, function: Node) -> bool:
    for node in script.syntax.nodes("call", function):
        name = node.child_by_field_name("name")
        if name is not None and name.type == "method_index_expression":
            method = name.child_by_field_name("method")
            if method is not None and script.syntax.text(method) in _DELETES:
                return True
        if chain(script.syntax, name) == "goop.db.exec":
            given = arguments(node)
            text = string_value(script.syntax, given[0]) if given else None
            if text is not None and text.lstrip()[:6].lower() == "delete":
                return True
    return False


def sql_from_params(script: ScriptText) -> Iterator[Finding]:
    """``"... WHERE name = '" .. params.name .. "'"`` as SQL: values belong in the arguments, behind a ?."""
    for text in _sql_texts(script):
        joined = [node for node in walk(text) if _is_concatenation(script, node)]
        if any(_is_untrusted(script, side) for node in joined for side in node.named_children):
            message = "SQL built from what a visitor sent: write ? here and give the value as an argument"
            yield Finding("sql-from-params", "warning", message, script.syntax.place(text))


def _sql_texts(script: ScriptText) -> Iterator[Node]:
    for call in script.syntax.nodes("call"):
        name, given = call.child_by_field_name("name"), arguments(call)
        if chain(script.syntax, name) in _SQL and given:
            yield given[0]
        elif name is not None and name.type == "method_index_expression":
            for options in given:
                yield from _conditions(script, options)


def _conditions(script: ScriptText, options: Node) -> Iterator[Node]:
    for entry in options.named_children if options.type == "table_constructor" else ():
        key, value = entry.child_by_field_name("name"), entry.child_by_field_name("value")
        if key is not None and value is not None and script.syntax.text(key) in ("where", "order"):
            yield value


def _is_concatenation(script: ScriptText, node: Node) -> bool:
    return node.type == "binary_expression" and any(
        script.syntax.text(one) == ".." for one in node.children if not one.is_named
    )


def _is_untrusted(script: ScriptText, node: Node) -> bool:
    """Whether a part of a text is a field of a parameter (``params.name``), the text of a chat command, or a
    local that was given one. ``tonumber`` and ``#`` make numbers of it: those are safe.
    """
    if node.type == "function_call":
        safe = chain(script.syntax, node.child_by_field_name("name")) in _NUMBERS
        return not safe and any(_is_untrusted(script, one) for one in arguments(node))
    if node.type == "parenthesized_expression":
        return any(_is_untrusted(script, one) for one in node.named_children)
    root, is_field = node, False
    while root.type in ("dot_index_expression", "bracket_index_expression"):
        inner = root.child_by_field_name("table")
        if inner is None:
            return False
        root, is_field = inner, True
    if root.type != "identifier":
        return False
    place = script.syntax.place(root)
    meaning = script.names.at(place.line, place.column)
    if not isinstance(meaning, Binding):
        return False
    if meaning.kind == "param":
        return is_field or script.kind == "command"
    value = meaning.value
    if value is None or value.type in _FUNCTIONS or value.start_byte >= node.start_byte:
        return False
    return _is_untrusted(script, value)
