"""Which name means what: every local with its uses, every global that is read or written.

Lua's rules (reference manual 3.5): a local begins after the statement that declares it, ``local function f``
before its body, and a ``repeat`` block's locals still live in its ``until``::

    local x = x      -- the x on the right is an outer one
    repeat local done = f() until done
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from lua_engine.scripts.syntax import Node, Place, Syntax, children

_BLOCKS = frozenset(("block", "chunk", "do_statement", "else_statement", "elseif_statement", "if_statement"))


@dataclass(slots=True, eq=False)
class Binding:
    """A local: ``kind`` is ``local``, ``function``, ``param`` or ``loop``. ``uses`` are where it is read,
    ``writes`` where it is assigned after its declaration.
    """

    name: str
    kind: str
    place: Place
    uses: list[Place] = field(default_factory=list)
    writes: list[Place] = field(default_factory=list)
    value: Node | None = None  # what it is declared with
    before: Binding | None = None  # the one of this name that it hides in the same block


@dataclass(frozen=True, slots=True)
class GlobalUse:
    """A name that no local has. ``is_function``: written by ``function name()``."""

    name: str
    place: Place
    is_write: bool = False
    is_function: bool = False
    depth: int = 0  # functions around it


@dataclass(slots=True)
class Names:
    """The names of one text."""

    bindings: list[Binding] = field(default_factory=list)
    globals: list[GlobalUse] = field(default_factory=list)
    _by_line: dict[int, list[tuple[Place, int, Binding | GlobalUse]]] | None = None

    def at(self, line: int, column: int) -> Binding | GlobalUse | None:
        """What the name at a position means. Asked once the text is read."""
        if self._by_line is None:
            self._by_line = self._sorted_by_line()
        found = self._by_line.get(line, [])
        first = bisect_right(found, column, key=_column)
        around = [one for one in found[max(0, first - 2) : first] if one[0].end_column >= column]
        return min(around, key=_rank)[2] if around else None

    def _sorted_by_line(self) -> dict[int, list[tuple[Place, int, Binding | GlobalUse]]]:
        """With a rank, locals before globals: where one name ends and the next begins, the local is meant."""
        found: dict[int, list[tuple[Place, int, Binding | GlobalUse]]] = {}
        rank = 0
        for one in self.bindings:
            for place in (one.place, *one.uses, *one.writes):
                rank += 1
                found.setdefault(place.line, []).append((place, rank, one))
        for use in self.globals:
            rank += 1
            found.setdefault(use.place.line, []).append((use.place, rank, use))
        for line in found.values():
            line.sort(key=_column)
        return found

    def visible(self, syntax: Syntax, byte: int) -> list[Binding]:
        """The locals that can be named at a byte, innermost first."""
        found: dict[str, Binding] = {}
        for binding in self.living(syntax, byte):
            found.setdefault(binding.name, binding)
        return list(found.values())

    def living(self, syntax: Syntax, byte: int) -> list[Binding]:
        """The locals whose blocks a byte is in, innermost first, also hidden ones."""
        reader = _Reader(syntax, stop=byte)
        reader.read()
        found = []
        for scope in reversed(reader.scopes):
            for last in reversed(scope.values()):
                binding: Binding | None = last
                while binding is not None:
                    found.append(binding)
                    binding = binding.before
        return found


def _column(one: tuple[Place, int, Binding | GlobalUse]) -> int:
    return one[0].column


def _rank(one: tuple[Place, int, Binding | GlobalUse]) -> int:
    return one[1]


def names_of(syntax: Syntax) -> Names:
    """Read the whole text."""
    reader = _Reader(syntax)
    reader.read()
    return reader.names


class _Stop(Exception):
    """The byte that is looked for has been reached."""


class _Reader:
    """Goes through the tree in the order in which Lua does. ``stop``: leave ``scopes`` as they are there."""

    def __init__(self, syntax: Syntax, stop: int | None = None) -> None:
        self.names = Names()
        self.scopes: list[dict[str, Binding]] = [{}]
        self._syntax = syntax
        self._stop = stop
        self._depth = 0

    def read(self) -> None:
        try:
            self._each(self._syntax.root.named_children)
        except _Stop:
            return
        except RecursionError:  # nested deeper than anybody writes: the names up to here are known
            return

    # Scopes

    def _declare(self, node: Node, kind: str, value: Node | None = None) -> None:
        name = self._syntax.text(node)
        scope = self.scopes[-1]
        binding = Binding(name, kind, self._syntax.place(node), value=value, before=scope.pop(name, None))
        scope[name] = binding
        self.names.bindings.append(binding)

    def _refer(self, node: Node, *, is_write: bool = False, is_function: bool = False) -> None:
        name, place = self._syntax.text(node), self._syntax.place(node)
        for scope in reversed(self.scopes):
            if name in scope:
                binding = scope[name]
                (binding.writes if is_write else binding.uses).append(place)
                return
        self.names.globals.append(GlobalUse(name, place, is_write, is_function, self._depth))

    def _inside(self, node: Node) -> None:
        self.scopes.append({})
        self._each(node.named_children)
        self._leave(node)

    def _leave(self, node: Node) -> None:
        """The end of a block. Where the reader is to stop inside it, its locals are still there."""
        if self._stop is not None and self._stop <= node.end_byte:
            raise _Stop
        self.scopes.pop()

    # Nodes

    def _each(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._node(node)

    def _node(self, node: Node) -> None:
        if self._stop is not None and node.start_byte >= self._stop:
            raise _Stop
        kind = node.type
        visit = _VISITS.get(kind)
        if visit is not None:
            visit(self, node)
        elif kind in _BLOCKS:
            self._inside(node)
        else:
            self._each(node.named_children)

    def _identifier(self, node: Node) -> None:
        self._refer(node)

    def _nothing(self, _node: Node) -> None:
        return

    def _index(self, node: Node) -> None:
        table = node.child_by_field_name("table")
        if table is not None:
            self._node(table)
        if node.type == "bracket_index_expression":
            self._each(children(node, "field"))

    def _table_field(self, node: Node) -> None:
        name, is_computed = node.child_by_field_name("name"), node.children[0].type == "["
        if name is not None and (is_computed or name.type != "identifier"):
            self._node(name)
        self._each(children(node, "value"))

    def _local(self, node: Node) -> None:
        assignment = next((one for one in node.named_children if one.type == "assignment_statement"), None)
        names, values = sides(assignment if assignment is not None else node)
        self._each(values)
        if self._stop is not None and node.start_byte < self._stop <= node.end_byte:
            raise _Stop  # local x = |: x is not there yet
        for at, name in enumerate(names):
            self._declare(name, "local", values[at] if at < len(values) else None)

    def _assignment(self, node: Node) -> None:
        targets, values = sides(node)
        self._each(values)
        for target in targets:
            if target.type == "identifier":
                is_function = bool(values) and values[0].type == "function_definition"
                self._refer(target, is_write=True, is_function=is_function)
            else:
                self._node(target)

    def _function(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        is_local = bool(node.children) and node.children[0].type == "local"
        if name is not None and is_local:
            self._declare(name, "function", node)
        elif name is not None and name.type == "identifier":
            self._refer(name, is_write=True, is_function=True)
        elif name is not None:
            self._node(name)
        self._body(node, has_self=name is not None and name.type == "method_index_expression")

    def _body(self, node: Node, *, has_self: bool = False) -> None:
        self.scopes.append({})
        self._depth += 1
        parameters = node.child_by_field_name("parameters")
        for one in children(parameters, "name") if parameters is not None else ():
            self._declare(one, "param")
        if has_self:
            self.scopes[-1]["self"] = Binding("self", "param", self._syntax.place(node))
        self._each(children(node, "body"))
        self._depth -= 1
        self._leave(node)

    def _for(self, node: Node) -> None:
        clause = node.child_by_field_name("clause")
        self.scopes.append({})
        if clause is not None:
            names, values = _clause(clause)
            self._each(values)
            for one in names:
                self._declare(one, "loop")
        self._each(children(node, "body"))
        self._leave(node)

    def _repeat(self, node: Node) -> None:
        self.scopes.append({})
        for body in children(node, "body"):
            self._each(body.named_children)
        self._each(children(node, "condition"))
        self._leave(node)


_VISITS = {
    "identifier": _Reader._identifier,
    **dict.fromkeys(("comment", "string", "number", "nil", "true", "false"), _Reader._nothing),
    "goto_statement": _Reader._nothing,
    "label_statement": _Reader._nothing,
    "attribute": _Reader._nothing,
    "dot_index_expression": _Reader._index,
    "bracket_index_expression": _Reader._index,
    "method_index_expression": _Reader._index,
    "field": _Reader._table_field,
    "variable_declaration": _Reader._local,
    "assignment_statement": _Reader._assignment,
    "function_declaration": _Reader._function,
    "function_definition": _Reader._body,
    "for_statement": _Reader._for,
    "repeat_statement": _Reader._repeat,
}


def sides(node: Node) -> tuple[list[Node], list[Node]]:
    """The targets and the values of an assignment or a declaration."""
    targets = [one for one in node.named_children if one.type == "variable_list"]
    values = [one for one in node.named_children if one.type == "expression_list"]
    return (
        children(targets[0], "name") if targets else [],
        [one for one in values[0].named_children if one.type != "comment"] if values else [],
    )


def _clause(clause: Node) -> tuple[list[Node], list[Node]]:
    if clause.type == "for_numeric_clause":
        names = children(clause, "name")
        return names, [one for one in clause.named_children if one not in names]
    return sides(clause)
