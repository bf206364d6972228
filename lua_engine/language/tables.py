"""Which tables and columns a script speaks of: ``goop.orm("posts")``, what is called on its handle, and the
names in its ``where`` texts.

A handle is known by the name that it was given, also when an ``init()`` gives it later::

    local posts = nil
    local function init() posts = goop.orm("posts") end
    ... posts:insert({ title = params.title }) -- column title of posts
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lua_engine.language.names import Binding, GlobalUse, Names
from lua_engine.scripts.syntax import Node, Place, Syntax, children

_OPENERS = frozenset(("goop.orm", "goop.config"))
_NAMED: Final = frozenset(("identifier", "dot_index_expression", "method_index_expression"))
_CHAIN = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*", re.ASCII)  # no blank and no comment in it
# Of a handle's method: which arguments are rows, which are columns' names, and which are options.
_ROWS: Final = {"insert": (0,), "validate": (0,), "update": (1,), "upsert": (1,), "update_where": (0,)}
_NAMES: Final = {"get_by": (0,), "pluck": (0,), "distinct": (0,), "upsert": (0,)}
_OPTIONS: Final = {
    **dict.fromkeys(("find", "find_one", "count", "exists", "delete_where"), (0,)),
    **dict.fromkeys(("update_where", "aggregate", "pluck", "distinct"), (1,)),
}
_SQL_WORDS: Final = """and or not null is in like between exists asc desc collate nocase glob case when
then else end cast as true false escape current_timestamp current_date current_time binary rtrim
text integer real"""
_WORDS: Final = frozenset(_SQL_WORDS.split())
_SQL_NAME = re.compile(r"'(?:[^']|'')*'|\"(\w+)\"|([A-Za-z_]\w*)\s*(\()?|[\d.]+\w*", re.ASCII)


class TableName(NamedTuple):
    """A table that is opened; ``opener`` is ``goop.orm`` or ``goop.config``."""

    table: str
    opener: str
    place: Place


class ColumnName(NamedTuple):
    """A column of a table that is named."""

    table: str
    column: str
    place: Place


def chain(syntax: Syntax, node: Node | None) -> str:
    """``a.b.c`` of a name or an index expression; an empty text for anything else."""
    if node is None or node.type not in _NAMED:
        return ""
    written = syntax.text(node)
    if _CHAIN.fullmatch(written):
        return written.replace(":", ".")
    parts: list[str] = []
    while node is not None and node.type in ("dot_index_expression", "method_index_expression"):
        last = node.child_by_field_name("field") or node.child_by_field_name("method")
        parts.append(syntax.text(last) if last is not None else "")
        node = node.child_by_field_name("table")
    if node is None or node.type != "identifier":
        return ""
    return ".".join([syntax.text(node), *reversed(parts)])


def arguments(call: Node) -> list[Node]:
    """The arguments of a call: ``f(a, b)``, ``f"text"`` and ``f{...}``."""
    given = call.child_by_field_name("arguments")
    return [one for one in given.named_children if one.type != "comment"] if given is not None else []


def string_value(syntax: Syntax, node: Node) -> str | None:
    """The text of a string without escapes; None for anything else."""
    if node.type != "string":
        return None
    content = node.child_by_field_name("content")
    if content is None:
        return ""
    return None if any(one.type == "escape_sequence" for one in content.children) else syntax.text(content)


class TableUses:
    """Everything that one text says of tables."""

    def __init__(self, syntax: Syntax, names: Names) -> None:
        self._syntax = syntax
        self._names = names
        self.tables: list[TableName] = []
        self.columns: list[ColumnName] = []
        self._handles: dict[Binding | str, str] = {}
        for call in syntax.nodes("call"):
            self._open(call)
        self._name_handles()
        for call in syntax.nodes("call"):
            self.columns.extend(self._columns_of(call))

    def table_of(self, node: Node | None) -> str:
        """The table of the handle that an expression stands for; an empty text when it is none."""
        if node is not None and node.type == "function_call":
            opened = self._opened(node)
            return opened.table if opened is not None and opened.opener == "goop.orm" else ""
        if node is None or node.type != "identifier":
            return ""
        meaning = self._meaning(node)
        return self._handles.get(meaning, "") if meaning is not None else ""

    def table_of_binding(self, binding: Binding) -> str | None:
        """The table that a local is a handle of; None when it is none."""
        return self._handles.get(binding)

    def _meaning(self, node: Node) -> Binding | str | None:
        place = self._syntax.place(node)
        found = self._names.at(place.line, place.column)
        return found.name if isinstance(found, GlobalUse) else found

    def _opened(self, call: Node) -> TableName | None:
        opener = self._called(call)
        given = arguments(call)
        if opener not in _OPENERS or not given:
            return None
        table = string_value(self._syntax, given[0])
        return TableName(table, opener, self._syntax.place(given[0])) if table else None

    def _called(self, call: Node) -> str:
        return chain(self._syntax, call.child_by_field_name("name"))

    def _open(self, call: Node) -> None:
        opened = self._opened(call)
        if opened is not None:
            self.tables.append(opened)

    def _name_handles(self) -> None:
        for node in self._syntax.nodes("assignment"):
            targets = [one for one in node.named_children if one.type == "variable_list"]
            values = [one for one in node.named_children if one.type == "expression_list"]
            if not targets or not values:
                continue
            for target, value in zip(
                children(targets[0], "name"), children(values[0], "value"), strict=False
            ):
                self._name_handle(target, value)

    def _name_handle(self, target: Node, value: Node) -> None:
        if (
            value.type == "function_call"
            and chain(self._syntax, value.child_by_field_name("name")) == "assert"
        ):
            value = next(iter(arguments(value)), value)
        table = self.table_of(value) if value.type == "function_call" else ""
        meaning = self._meaning(target) if table and target.type == "identifier" else None
        if meaning is not None:
            self._handles[meaning] = table

    # Columns

    def _columns_of(self, call: Node) -> Iterator[ColumnName]:
        name = call.child_by_field_name("name")
        if name is None or name.type != "method_index_expression":
            return
        table = self.table_of(name.child_by_field_name("table"))
        method_node = name.child_by_field_name("method")
        if not table or method_node is None:
            return
        method, given = self._syntax.text(method_node), arguments(call)
        for at in _ROWS.get(method, ()):
            yield from self._keys(table, given, at)
        for at in _NAMES.get(method, ()):
            if at < len(given):
                yield from self._named(table, given[at])
        for at in _OPTIONS.get(method, ()):
            if at < len(given) and given[at].type == "table_constructor":
                yield from self._options(table, given[at])
        if method == "seed" and given and given[0].type == "table_constructor":
            for row in given[0].named_children:
                value = row.child_by_field_name("value")
                yield from self._keys(table, [value] if value is not None else [], 0)

    def _keys(self, table: str, given: list[Node], at: int) -> Iterator[ColumnName]:
        if at >= len(given) or given[at].type != "table_constructor":
            return
        for one in given[at].named_children:
            key = one.child_by_field_name("name") if one.type == "field" else None
            if key is not None and key.type == "identifier" and one.children[0].type != "[":
                yield ColumnName(table, self._syntax.text(key), self._syntax.place(key))
            elif key is not None and (text := string_value(self._syntax, key)):
                yield ColumnName(table, text, self._syntax.place(key))

    def _named(self, table: str, node: Node) -> Iterator[ColumnName]:
        text = string_value(self._syntax, node)
        if text and text.isidentifier():
            yield ColumnName(table, text, self._syntax.place(node))

    def _options(self, table: str, options: Node) -> Iterator[ColumnName]:
        for one in options.named_children:
            key, value = one.child_by_field_name("name"), one.child_by_field_name("value")
            if key is None or value is None:
                continue
            option = self._syntax.text(key)
            if option == "where":
                yield from self._where(table, value)
            elif option == "fields" and value.type == "table_constructor":
                for entry in value.named_children:
                    for text in children(entry, "value"):
                        yield from self._named(table, text)

    def _where(self, table: str, node: Node) -> Iterator[ColumnName]:
        """The names in a condition that are neither words of SQL nor functions; a subselect is left alone."""
        text = string_value(self._syntax, node)
        if text is None or "select" in text.lower() or "." in text:
            return
        for found in _SQL_NAME.finditer(text):
            name = found[1] or ("" if found[3] else found[2] or "")
            if name and name.lower() not in _WORDS:
                yield ColumnName(table, name, self._syntax.place(node))
