"""Members of the tables of a script: where ``M.list`` gets its value, and where it is used.

A worked example; the paths are what tells members apart, the first of each is a local or a global's name::

    local M = { limit = 20 }             -- (M, "limit"), written
    function M.list() end                -- (M, "list"), written
    goop.route({ list = M["list"] })     -- (M, "list")
    local N = M                          -- no more is known of N.list: only names are followed
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lua_engine.language.names import Binding, Names, sides
from lua_engine.language.tables import string_value
from lua_engine.scripts.syntax import Node, Place, Syntax, children, walk

_INDEXES: Final = {
    "dot_index_expression": "field",
    "bracket_index_expression": "field",
    "method_index_expression": "method",
}
_DEEPEST: Final = 8  # dots between a name and its member: nobody writes more, and each is looked up anew

Path = tuple[Binding | str, ...]


class Member(NamedTuple):
    """One place of a member: of its name alone, without the table before it. ``value`` is what is written."""

    path: Path
    place: Place
    is_write: bool
    value: Node | None = None


def members_at(syntax: Syntax, names: Names, line: int, column: int) -> tuple[Member, ...]:
    """Every place of the member whose name is at a position, in the order of the text; none: there is no
    member.
    """
    found = sorted(_Members(syntax, names).all(), key=lambda one: one.place)
    meant = next((one.path for one in found if _is_at(one.place, line, column)), None)
    return tuple(one for one in found if one.path == meant)


def members_below(syntax: Syntax, names: Names, path: Path) -> dict[str, Member]:
    """The members that are written right below ``path``, by name; for each the first that is a function, else
    the first.
    """
    found: dict[str, Member] = {}
    for one in sorted(_Members(syntax, names).all(), key=lambda one: one.place):
        if not one.is_write or one.path[:-1] != path:
            continue
        name, known = str(one.path[-1]), found.get(str(one.path[-1]))
        if known is None or (is_function(one.value) and not is_function(known.value)):
            found[name] = one
    return found


def is_function(value: Node | None) -> bool:
    """Whether it is the text of one."""
    return value is not None and value.type in ("function_declaration", "function_definition")


def _is_at(place: Place, line: int, column: int) -> bool:
    return (place.line, place.column) <= (line, column) <= (place.end_line, place.end_column)


class _Members:
    def __init__(self, syntax: Syntax, names: Names) -> None:
        self._syntax = syntax
        self._names = names
        # What is written to a node, by its id; a statement is met before its parts.
        self._targets: dict[int, Node | None] = {}

    def all(self) -> Iterator[Member]:
        for node in walk(self._syntax.root):
            if node.type in _INDEXES:
                path, key = self._path(node), self._key(node)
                if path is not None and key is not None:
                    is_write, value = node.id in self._targets, self._targets.get(node.id)
                    yield Member(path, self._syntax.place(key), is_write, value)
            elif node.type == "function_declaration":
                self._targets.update((one.id, node) for one in children(node, "name"))
            elif node.type == "assignment_statement":
                yield from self._assigned(node)

    def _assigned(self, node: Node) -> Iterator[Member]:
        targets, values = sides(node)
        for at, target in enumerate(targets):
            value = values[at] if at < len(values) else None
            self._targets[target.id] = value
            path = self._path(target)
            if path is not None and value is not None and value.type == "table_constructor":
                yield from self._fields(path, value)

    def _fields(self, path: Path, table: Node) -> Iterator[Member]:
        """What a table is made with."""
        for one in table.named_children:
            names, values = children(one, "name"), children(one, "value")
            name = self._text(names[0], is_computed=one.children[0].type == "[") if names else None
            if name is None:
                continue
            inner = (*path, name)
            yield Member(inner, self._syntax.place(names[0]), True, values[0] if values else None)
            if values and values[0].type == "table_constructor" and len(inner) <= _DEEPEST:
                yield from self._fields(inner, values[0])

    def _key(self, node: Node) -> Node | None:
        return node.child_by_field_name(_INDEXES[node.type])

    def _text(self, key: Node, *, is_computed: bool) -> str | None:
        """The name that a key is; None where only a run can tell."""
        if key.type == "identifier":
            return None if is_computed else self._syntax.text(key)
        return string_value(self._syntax, key)

    def _path(self, node: Node) -> Path | None:
        """What an expression names, from a name over its members; None for anything else."""
        texts: list[str] = []
        current: Node | None = node
        while current is not None and current.type in _INDEXES and len(texts) <= _DEEPEST:
            key = self._key(current)
            is_computed = current.type == "bracket_index_expression"
            text = None if key is None else self._text(key, is_computed=is_computed)
            if text is None:
                return None
            texts.append(text)
            current = current.child_by_field_name("table")
        if current is None or current.type != "identifier":
            return None
        place = self._syntax.place(current)
        meaning = self._names.at(place.line, place.column)
        if meaning is None:
            return None
        first: Binding | str = meaning if isinstance(meaning, Binding) else meaning.name
        return (first, *reversed(texts))
