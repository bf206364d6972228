"""The ``arg`` of Lua 5.1, which Goop2 has: a function of ``...`` that does not use ``...`` has its arguments
in it, with their number in ``arg.n``::

    function f(...) return arg.n end      function f(...)local arg={n=select("#",...),...}; return arg.n end

Lua 5.2 has none, so it is put into the source; every line stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from lua_engine.scripts.portability.probes import FUNCTIONS, has_own_varargs, inside
from lua_engine.scripts.syntax import Node, Place, Syntax, walk

_ARG = b' local arg={n=select("#",...),...};'


def with_arg(source: bytes) -> bytes:
    """``source`` with an ``arg`` in the functions that use it."""
    if b"arg" not in source or b"..." not in source:
        return source
    syntax = Syntax(source.decode("utf-8", "replace"))
    if syntax.data != source or syntax.root.has_error:
        return source
    pieces, last = [], 0
    for _, parameters in _functions_with_arg(syntax):
        pieces += [source[last : parameters.end_byte], _ARG]
        last = parameters.end_byte
    return b"".join((*pieces, source[last:]))


def places_with_arg(syntax: Syntax) -> tuple[Place, ...]:
    """Where ``arg`` is the list of a function's arguments."""
    if b"arg" not in syntax.data or b"..." not in syntax.data:
        return ()
    return tuple(syntax.place(function) for function, _ in _functions_with_arg(syntax))


def _functions_with_arg(syntax: Syntax) -> Iterator[tuple[Node, Node]]:
    """Each with its parameters."""
    for node in walk(syntax.root):
        parameters = node.child_by_field_name("parameters") if node.type in FUNCTIONS else None
        if parameters is not None and _wants_arg(syntax, node, parameters):
            yield node, parameters


def _is_never(_node: Node) -> bool:
    return False


def _wants_arg(syntax: Syntax, function: Node, parameters: Node) -> bool:
    """A function of ``...`` that uses ``arg`` and not ``...``, as Lua 5.1 has it."""
    if not any(one.type == "vararg_expression" for one in parameters.named_children):
        return False
    if any(syntax.text(one) == "arg" for one in parameters.named_children) or has_own_varargs(function):
        return False
    uses = [
        one for one in inside(function, _is_never) if one.type == "identifier" and syntax.text(one) == "arg"
    ]
    return any(_is_read(one) for one in uses) and not any(_is_declared(one) for one in uses)


def _is_read(node: Node) -> bool:
    """Not the ``arg`` of ``t.arg``, ``t:arg()`` and ``{ arg = 1 }``."""
    parent = node.parent
    if parent is None:
        return True
    for field in ("field", "method", "name"):
        if parent.type != "function_call" and parent.child_by_field_name(field) == node:
            return False
    return True


def _is_declared(node: Node) -> bool:
    lists = node.parent
    return lists is not None and (
        lists.type == "parameters" or (lists.type == "variable_list" and _is_local(lists))
    )


def _is_local(variables: Node) -> bool:
    above = variables.parent
    while above is not None and above.type in ("assignment_statement", "for_generic_clause"):
        above = above.parent
    return above is not None and above.type in ("variable_declaration", "for_statement")
