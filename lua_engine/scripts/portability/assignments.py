"""Parallel assignments that Goop2's VM carries out one after the other::

    a, b = b, a            -- {2, 1} here; there `a` is set first, and `b` gets the new `a`: {2, 2}
    t.x, a = a, 2          -- t.x gets the new `a` there: a local by itself is read only when t.x is set
    cur.next, cur = x, y   -- the field of the new `cur` is set there

It does so for locals of the function itself; what is assigned from globals and fields, and the locals of
functions around it, are right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lua_engine.scripts.portability.text import KEYWORDS, ScriptText

_MAX_TARGETS = 32
_NEVER_BEFORE = frozenset(
    ("local", "for", "return", "in", "and", "or", "not", "if", "elseif", "while", "until", "function")
)
_ENDS = frozenset((")", "]", "}", ";", "::", "..."))
_UNARY = frozenset(("-", "not", "#"))
_BINARY = frozenset(("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", ">", "<=", ">=", "and", "or"))


def parallel_assignments(text: ScriptText) -> Iterator[tuple[str, int, str]]:
    """(difference, index of the first target, the assignment)."""
    assigned = [
        (index, targets)
        for index, word in enumerate(text.words)
        if word.raw == "=" and word.kind != "string" and (targets := _targets(text, index))
    ]
    locals_of = Locals(text) if assigned else None
    for index, targets in assigned:
        if locals_of is not None and _is_wrong(text, targets, index + 1, locals_of):
            first, end = targets[0][0], _after_expressions(text, index + 1)
            shown = text.source[text[first].start : text[end - 1].end]
            yield "parallel-assignment", first, f"`{' '.join(shown.split())[:60]}`"


_Range = tuple[int, int]
"""Indexes of the first lexeme, and behind the last."""


def _targets(text: ScriptText, equals: int) -> list[_Range]:
    """The two or more targets before ``=``; none for a ``local``, or where it is no assignment."""
    found: list[_Range] = []
    end = equals
    while len(found) < _MAX_TARGETS:
        start = _target_start(text, end)
        if start < 0:
            return []
        found.insert(0, (start, end))
        if text.raw(start - 1) != ",":
            break
        end = start - 1
    return found if len(found) > 1 and _may_begin(text, found[0][0]) else []


def _may_begin(text: ScriptText, index: int) -> bool:
    """A statement, not a field of a table (``{ a = b.c, d = d }``) and no declaration."""
    before = text[index - 1]
    return before.raw not in _NEVER_BEFORE and (before.kind != "op" or before.raw in _ENDS)


def _target_start(text: ScriptText, end: int) -> int:
    """Where the name with its fields begins that ends before ``end``; -1 where there is none."""
    at = end - 1
    if text.raw(at) == ")":
        return -1
    while at >= 0:
        if at in text.opening:
            at = text.opening[at] - 1
        elif not text.is_name(at):
            break
        elif text.raw(at - 1) not in (".", ":"):
            return at
        else:
            at -= 2
    return -1


def _is_wrong(text: ScriptText, targets: list[_Range], at: int, locals_of: Locals) -> bool:
    """Is a target set before somebody reads it?"""
    own = locals_of.around(targets[0][0])
    values = list(_values(text, at, len(targets)))
    names = [_bare_name(text, target) for target in targets]
    set_there = [
        "" if (place < len(values) and _bare_name(text, values[place]) == name) or name not in own else name
        for place, name in enumerate(names)
    ]
    for place, (start, end) in enumerate(targets):
        if not names[place] and _is_one_field(text, start, end) and text.raw(start) in set_there:
            return bool(text.raw(start))
        if place >= len(values):
            continue
        earlier = set(set_there[:place]) - {""}
        if any(text.raw(index) in earlier and _reads(text, index) for index in range(*values[place])):
            return True
        late = _bare_name(text, values[place])
        if not names[place] and late and late in set_there[place + 1 :]:
            return True
    return False


def _values(text: ScriptText, at: int, most: int) -> Iterator[_Range]:
    for _ in range(most):
        end = after_expression(text, at)
        yield at, end
        if text.raw(end) != ",":
            return
        at = end + 1


def _bare_name(text: ScriptText, part: _Range) -> str:
    """The name that a target or a value is, be it in brackets; empty for anything more."""
    start, end = part
    while end - start > 2 and text.raw(start) == "(" and text.closing.get(start) == end - 1:
        start, end = start + 1, end - 1
    return text.raw(start) if end - start == 1 and text.is_name(start) else ""


def _is_one_field(text: ScriptText, start: int, end: int) -> bool:
    """``name.field`` or ``name[key]``: of a longer one the table is looked up before anything is set."""
    return text.closing.get(start + 1, start + 2) == end - 1


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
