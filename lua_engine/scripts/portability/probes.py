"""Probes in a script's source, for what only a run can tell: a number joined with ``..`` that Goop2 writes in
another way, recursion deeper than its 128 calls.

What is put in leaves every line where it is::

    return "n = " .. n          return "n = " .. _goop_text(n,"n")
    function f(n) ...           function f(n) <count down; when at zero, look how deep> ...

They are locals of the main chunk, which gets them as its arguments (``runtime/lua/boot.lua``,
``sandbox/lua/probes.lua``). The count is kept in the script itself: a call would cost more than the function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from lua_engine.scripts.syntax import Node, Syntax, walk

TEXT, DEPTH, LEFT = "_goop_text", "_goop_depth", "_goop_left"
NAMES = (TEXT, DEPTH, LEFT)
_COUNT = f" {LEFT}={LEFT}-1 if {LEFT}<1 then {LEFT}={DEPTH}()end;"
_HEAD = f"local {','.join(NAMES)}=...;"
FUNCTIONS = ("function_declaration", "function_definition")
_KNOWN = frozenset(("string", "nil", "true", "false", "function_definition", "table_constructor"))

Insertion = tuple[int, int, str]
"""Place, order among those of one place, text."""


def with_probes(source: bytes) -> bytes | None:
    """``source`` with probes; None where there is nothing to watch, or nothing can be put in."""
    syntax = Syntax(source.decode("utf-8", "replace"))
    if syntax.data != source or syntax.root.has_error:
        return None
    nodes = list(walk(syntax.root))
    functions = [node for node in nodes if node.type in FUNCTIONS]
    if has_own_varargs(syntax.root):
        return None  # the main chunk's arguments are the script's
    found = sorted((*_operands(syntax, nodes), *_starts(syntax, functions)))
    if not found:
        return None
    pieces, last = [_HEAD.encode()], 0
    for place, _, text in found:
        pieces += [source[last:place], text.encode()]
        last = place
    return b"".join((*pieces, source[last:]))


# Numbers joined with ..


def _operands(syntax: Syntax, nodes: list[Node]) -> Iterator[Insertion]:
    for node in nodes:
        if not _joins(node):
            continue
        for side in ("left", "right"):
            operand = node.child_by_field_name(side)
            if operand is not None and operand.type not in _KNOWN and not _joins(operand):
                depth = (
                    operand.start_byte - operand.end_byte
                )  # of two that begin at one place the longer is first
                yield operand.start_byte, depth, f"{TEXT}("
                yield operand.end_byte, -operand.start_byte, f"{_named(syntax, operand)})"


def _joins(node: Node) -> bool:
    return node.type == "binary_expression" and any(child.type == ".." for child in node.children)


def _named(syntax: Syntax, operand: Node) -> str:
    """What Lua's error would call the operand."""
    if operand.type == "identifier":
        return f',"{syntax.text(operand)}"'
    if operand.type == "dot_index_expression":
        field = operand.child_by_field_name("field")
        return f',"{syntax.text(field)}",1' if field is not None else ""
    return ""


# Recursion


def _starts(syntax: Syntax, functions: list[Node]) -> Iterator[Insertion]:
    """What is put at the beginning of functions."""
    recursive = _recursive(syntax, functions)
    for node in functions:
        parameters = node.child_by_field_name("parameters")
        if parameters is None or node.id not in recursive:
            continue
        yield parameters.end_byte, 0, _COUNT


def _recursive(syntax: Syntax, functions: list[Node]) -> set[int]:
    """Functions that may come to call themselves, or one that does: by who mentions whose name."""
    names = {node.id: _name_of(syntax, node) for node in functions}
    known = {name for name in names.values() if name}
    mentions: dict[str, set[str]] = defaultdict(set)
    for node in functions:
        name = names[node.id]
        if name:
            mentions[name] |= {one for one in _mentioned(syntax, node, names) if one in known}
    on_circle = _circles(mentions)
    return {identity for identity, name in names.items() if name in on_circle}


def _circles(mentions: Mapping[str, set[str]]) -> set[str]:
    """The names from which a way leads to a circle: all but those that lead to an end."""
    counts = {name: len(others) for name, others in mentions.items()}
    mentioned_by: dict[str, list[str]] = defaultdict(list)
    for name, others in mentions.items():
        for other in others:
            mentioned_by[other].append(name)
    ends = [name for name, count in counts.items() if count == 0]
    while ends:
        end = ends.pop()
        del counts[end]
        for name in mentioned_by[end]:
            counts[name] -= 1
            if counts[name] == 0:
                ends.append(name)
    return set(counts)


def _name_of(syntax: Syntax, function: Node) -> str:
    """``c`` of ``function a.b:c``, ``local c = function``, ``{ c = function }``; empty for one without."""
    name = function.child_by_field_name("name")
    if name is not None:
        return syntax.text(name.named_children[-1] if name.named_children else name)
    parent = function.parent
    if parent is not None and parent.type == "field":
        key = parent.child_by_field_name("name")
        return syntax.text(key) if key is not None else ""
    assignment = parent.parent if parent is not None and parent.type == "expression_list" else None
    if assignment is None or assignment.type != "assignment_statement":
        return ""
    values = parent.named_children if parent is not None else []
    targets = next((one.named_children for one in assignment.children if one.type == "variable_list"), [])
    place = next((at for at, value in enumerate(values) if value.id == function.id), len(targets))
    if place >= len(targets):
        return ""
    target = targets[place]
    return syntax.text(target.named_children[-1] if target.named_children else target)


def _mentioned(syntax: Syntax, function: Node, names: dict[int, str]) -> Iterator[str]:
    """The names in a function, but for those in functions inside it that have a name of their own."""
    for node in inside(function, lambda one: bool(names.get(one.id))):
        if node.type == "identifier":
            yield syntax.text(node)


def has_own_varargs(function: Node) -> bool:
    """Does the function (or the main chunk) itself use ``...``?"""
    own = inside(function, lambda one: one.type in FUNCTIONS)
    return any(node.type == "vararg_expression" for node in own)


def inside(function: Node, is_closed: Callable[[Node], bool]) -> Iterator[Node]:
    """The nodes of a function's body; not what is in a node that ``is_closed``."""
    waiting = [one for one in function.named_children if one.type not in ("parameters",)]
    if function.type == "function_declaration":
        name = function.child_by_field_name("name")
        waiting = [one for one in waiting if name is None or one.id != name.id]
    while waiting:
        node = waiting.pop()
        yield node
        if not is_closed(node):
            waiting.extend(node.named_children)
