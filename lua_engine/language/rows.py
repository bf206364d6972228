"""Which names hold a row of a table, and which hold what a caller sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lua_engine.language.names import Binding
from lua_engine.language.script import ScriptText
from lua_engine.language.tables import arguments, chain
from lua_engine.scripts.syntax import Node

_ONE: Final = frozenset(("find_one", "get", "get_by"))
_MANY: Final = frozenset(("find", "list"))
_WALKS: Final = frozenset(("ipairs", "pairs"))


def row_table(script: ScriptText, binding: Binding, table_of: Callable[[Binding], str | None]) -> str:
    """The table that a local holds a row of; empty when it holds none. ``table_of`` names that of a handle::

    local post = posts:get(1)                          -- post
    for _, one in ipairs(posts:find({})) do ... end    -- one
    """
    if binding.kind == "loop":
        return _walked(script, binding, table_of)
    return _answered(script, binding.value, _ONE, table_of)


def is_params(script: ScriptText, binding: Binding | None) -> bool:
    """Whether a local was declared as what the caller sent: ``local p = request.params``."""
    value = binding.value if binding is not None else None
    name = chain(script.syntax, value)
    return name.endswith(".params") and name.count(".") == 1


def _answered(
    script: ScriptText, call: Node | None, methods: frozenset[str], table_of: Callable[[Binding], str | None]
) -> str:
    """The table of the handle whose method answers a value."""
    name = call.child_by_field_name("name") if call is not None and call.type == "function_call" else None
    method = name.child_by_field_name("method") if name is not None else None
    handle = name.child_by_field_name("table") if name is not None else None
    if method is None or handle is None or script.syntax.text(method) not in methods:
        return ""
    meant = _meant(script, handle)
    return script.tables.table_of(handle) or (table_of(meant) or "" if meant is not None else "")


def _walked(script: ScriptText, binding: Binding, table_of: Callable[[Binding], str | None]) -> str:
    """Of ``for _, one in ipairs(rows)``, where ``rows`` may be a local that was declared with them."""
    node: Node | None = script.syntax.node_at(script.syntax.byte_at(binding.place.line, binding.place.column))
    while node is not None and node.type != "for_generic_clause":
        node = node.parent
    lists = [one for one in node.named_children if one.type == "expression_list"] if node is not None else []
    call = lists[0].named_children[0] if lists and lists[0].named_children else None
    if call is None or chain(script.syntax, call.child_by_field_name("name")) not in _WALKS:
        return ""
    rows = next(iter(arguments(call)), None)
    meant = _meant(script, rows)
    return _answered(script, meant.value if meant is not None else rows, _MANY, table_of)


def _meant(script: ScriptText, node: Node | None) -> Binding | None:
    if node is None or node.type != "identifier":
        return None
    place = script.syntax.place(node)
    found = script.names.at(place.line, place.column)
    return found if isinstance(found, Binding) else None
