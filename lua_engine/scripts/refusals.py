"""Whether a script says no because of who asks, as its text shows: the words may be in any language.

    if row._owner ~= goop.peer.id then
      return { error = "das ist nicht deins" }      -- True: the condition over it asks who
    end
    if title == "" then error("Titel fehlt") end    -- False: it asks something else
    return { error = reason(request) }              -- None: these words are not in the text

The condition that decides is the nearest one over the words. A condition asks who when it names the caller or
the owner of a row, or a function or variable that does, directly or through another::

    local function is_mine(row) return row._owner == goop.peer.id end
    local allowed = is_mine(row)                    -- both names ask who
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from lua_engine.scripts.syntax import Node, Syntax, walk

_ASKS_WHO: Final = re.compile(
    r"\bgoop\s*\.\s*(peer|self|owner)\b|\bgoop\s*\.\s*group\s*\.\s*(is_member|member)\b"
    r"|\._owner(_email)?\b|\[\s*[\"']_owner(_email)?[\"']\s*\]"
)
_BRANCHES: Final = frozenset(("if_statement", "elseif_statement", "while_statement"))
_FUNCTIONS: Final = frozenset(("function_declaration", "function_definition"))
# Nodes that are looked at in one text: some 0.2 s. A script that is made to take longer has no answer here.
_MAX_NODES: Final = 100_000
Conditions: TypeAlias = tuple[Node, ...]


def is_about_caller(source: str, words: str) -> bool | None:
    """Whether ``source`` says ``words`` under a condition on who asks; None when that cannot be seen."""
    return _said(source).get(words)


@lru_cache(maxsize=64)
def _said(source: str) -> Mapping[str, bool]:
    """Every text that stands under a condition, and whether one of its conditions asks who."""
    reader = _Reader(source)
    try:
        return reader.said()
    except _TooLong:
        return {}


class _TooLong(Exception):
    pass


class _Reader:
    def __init__(self, source: str) -> None:
        self._syntax = Syntax(source)
        self._left = _MAX_NODES
        self._asking: set[str] = set()
        self._answers: dict[int, bool] = {}  # by the id of a condition

    def said(self) -> Mapping[str, bool]:
        self._find_names_that_ask()
        found: dict[str, bool] = {}
        for node, conditions in self._conditioned():
            content = node.child_by_field_name("content") if node.type == "string" else None
            if content is not None and conditions:
                self._count(len(conditions))
                words = self._syntax.text(content)
                found[words] = found.get(words, False) or any(self._asks(one) for one in conditions)
        return found

    def _walk(self, node: Node) -> Iterator[Node]:
        for one in walk(node):
            self._count()
            yield one

    def _count(self, nodes: int = 1) -> None:
        self._left -= nodes
        if self._left < 0:
            raise _TooLong

    def _conditioned(self) -> Iterator[tuple[Node, Conditions]]:
        """Every node with the nearest condition over it; of an ``else`` those that it stands against.

        They are handed down: from a node to the one above it tree-sitter finds only from the root.
        """
        waiting: list[tuple[Node, Node | None, Conditions]] = [(self._syntax.root, None, ())]
        while waiting:
            self._count()
            node, above, conditions = waiting.pop()
            yield node, conditions
            inherited = () if node.type in _FUNCTIONS else conditions
            for child in reversed(node.named_children):
                waiting.append((child, node, self._conditions_between(child, node, above) or inherited))

    def _conditions_between(self, below: Node, node: Node, above: Node | None) -> Conditions:
        """Those of ``node`` over ``below``, its child; ``above`` is the one that ``node`` stands in."""
        if node.type in _BRANCHES:
            condition = node.child_by_field_name("condition")
            is_under = condition is not None and condition != below and below.type != "else_statement"
            return (condition,) if condition is not None and is_under else ()
        if node.type == "else_statement" and above is not None:
            branches = [above, *above.children_by_field_name("alternative")]
            found = [one.child_by_field_name("condition") for one in branches]
            return tuple(one for one in found if one is not None)
        if node.type == "binary_expression":
            left = node.child_by_field_name("left")
            return (left,) if left is not None and left != below and _is_choice(node) else ()
        return self._asserted(below, node, above)

    def _asserted(self, below: Node, node: Node, call: Node | None) -> Conditions:
        """``assert(condition, words)``."""
        name = call.child_by_field_name("name") if node.type == "arguments" and call is not None else None
        first = node.named_child(0) if name is not None and self._syntax.text(name) == "assert" else None
        return (first,) if first is not None and first != below else ()

    def _find_names_that_ask(self) -> None:
        """Functions and variables whose body or value asks who, directly or by another of these names."""
        uses = {
            (name, body.id): (bool(_ASKS_WHO.search(self._syntax.text(body))), self._names_in(body))
            for name, body in self._named()
        }
        while more := {
            name
            for (name, _), (asks, names) in uses.items()
            if name not in self._asking and (asks or not names.isdisjoint(self._asking))
        }:
            self._asking |= more

    def _names_in(self, node: Node) -> set[str]:
        return {self._syntax.text(one) for one in self._walk(node) if one.type == "identifier"}

    def _named(self) -> Iterator[tuple[str, Node]]:
        for one in self._walk(self._syntax.root):
            if one.type == "function_declaration":
                name = one.child_by_field_name("name")
                body = one.child_by_field_name("body")
                if name is not None and body is not None and name.type == "identifier":
                    yield self._syntax.text(name), body
            elif one.type == "assignment_statement" and len(one.named_children) == 2:
                targets, values = one.named_children
                yield from (
                    (self._syntax.text(name), value)
                    for name, value in zip(targets.named_children, values.named_children, strict=False)
                    if name.type == "identifier" and value.type != "table_constructor"
                )

    def _asks(self, node: Node) -> bool:
        if node.id not in self._answers:
            is_named = not self._names_in(node).isdisjoint(self._asking)
            self._answers[node.id] = is_named or bool(_ASKS_WHO.search(self._syntax.text(node)))
        return self._answers[node.id]


def _is_choice(expression: Node) -> bool:
    return any(one.type in ("and", "or") for one in expression.children)
