"""Parallel assignments that Goop2's VM carries out one after the other::

    a, b = b, a       -- {2, 1} here; there `a` is set first, and `b` gets the new `a`: {2, 2}

It does so for locals of the function itself; globals, fields and the locals of functions around it are right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lua_engine.scripts.portability.text import KEYWORDS, ScriptText

_MAX_TARGETS = 32
_UNARY = frozenset(("-", "not", "#"))
_BINARY = frozenset(("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", ">", "<=", ">=", "and", "or"))


def parallel_assignments(text: ScriptText) -> Iterator[tuple[str, int, str]]:
    """(difference, index of the first target, the assignment)."""
    locals_of = Locals(text)
    for index, word in enumerate(text.words):
        if word.raw != "=" or text.raw(index - 2) != "," or not text.is_name(index - 1):
            continue
        targets = _targets(text, index)
        if targets and _is_wrong(text, targets, index + 1, locals_of):
            end = _after_expressions(text, index + 1)
            shown = text.source[text[targets[0]].start : text[end - 1].end]
            yield "parallel-assignment", targets[0], f"`{' '.join(shown.split())[:60]}`"


def _targets(text: ScriptText, equals: int) -> list[int]:
    """Indexes of the names before ``=``; none for a ``local`` or with other targets than names."""
    found = [equals - 1]
    while text.raw(found[0] - 1) == "," and text.is_name(found[0] - 2) and len(found) < _MAX_TARGETS:
        found.insert(0, found[0] - 2)
    before = text.raw(found[0] - 1)
    return [] if before in ("local", "for", ",", ".", ":") else found


def _is_wrong(text: ScriptText, targets: list[int], at: int, locals_of: Locals) -> bool:
    """Does a later value read a target that was set before it?"""
    own = locals_of.around(targets[0])
    for place in range(len(targets)):
        end = after_expression(text, at)
        earlier = {text.raw(index) for index in targets[:place]} & own
        if any(text.raw(index) in earlier and _reads(text, index) for index in range(at, end)):
            return True
        if text.raw(end) != ",":
            return False
        at = end + 1
    return False


def _reads(text: ScriptText, index: int) -> bool:
    return text[index].kind == "name" and not text.is_field(index) and text.raw(index + 1) != "="


def _after_expressions(text: ScriptText, at: int) -> int:
    while text.raw(after_expression(text, at)) == ",":
        at = after_expression(text, at) + 1
    return after_expression(text, at)


def after_expression(text: ScriptText, at: int) -> int:
    """The index behind the expression that begins at ``at``."""
    while True:
        at = after_operand(text, at)
        if text.raw(at) not in _BINARY or text[at].kind == "string":
            return at
        at += 1


def after_operand(text: ScriptText, at: int) -> int:
    """The index behind one operand with its signs, fields and calls."""
    while text.raw(at) in _UNARY and text[at].kind != "string":
        at += 1
    word = text[at]
    if word.raw == "function" and word.kind == "name":
        return text.after_block(at)
    if word.kind == "op" and word.raw in ("(", "{"):
        at = text.closing[at] + 1
    elif word.kind:
        at += 1
    if word.kind == "number" or word.raw == "{" or word.raw in KEYWORDS:
        return at
    return _after_suffixes(text, at)


def _after_suffixes(text: ScriptText, at: int) -> int:
    """Behind ``.name``, ``[key]``, ``:name``, ``(arguments)``, ``"text"`` and ``{table}``."""
    while True:
        word = text[at]
        if word.kind == "string" or (word.kind == "op" and word.raw in ("(", "[", "{")):
            at = text.closing.get(at, at) + 1
        elif word.kind == "op" and word.raw in (".", ":"):
            at += 2
        else:
            return at


class Locals:
    """Which names are locals of the function that a place is in."""

    def __init__(self, text: ScriptText) -> None:
        self._places: list[int] = [0]  # from here on, up to the next place,
        self._names: list[set[str]] = [set()]  # these are the locals
        waiting = [(len(text), self._names[0])]
        for index, opening, end in text.functions():
            self._leave(waiting, index)
            closing = text.closing[opening]
            params = {text.raw(at) for at in range(opening, closing) if text.is_name(at)}
            if text.raw(opening - 2) == ":":
                params.add("self")
            waiting.append((end, params))
            self._enter(index, params)
        self._leave(waiting, len(text))
        self._read(text)

    def around(self, index: int) -> set[str]:
        """The locals of the innermost function around ``index``."""
        return self._names[bisect_right(self._places, index) - 1]

    def _enter(self, place: int, names: set[str]) -> None:
        self._places.append(place)
        self._names.append(names)

    def _leave(self, waiting: list[tuple[int, set[str]]], index: int) -> None:
        """Leave the functions that end before ``index``."""
        while len(waiting) > 1 and waiting[-1][0] < index:
            end, _ = waiting.pop()
            self._enter(end, waiting[-1][1])

    def _read(self, text: ScriptText) -> None:
        for index, word in enumerate(text.words):
            if word.raw not in ("local", "for") or word.kind != "name":
                continue
            at = index + 1 + (text.raw(index + 1) == "function")
            names = self.around(index)
            while text.is_name(at):
                names.add(text.raw(at))
                at += 2 if text.raw(at + 1) == "," else len(text)
