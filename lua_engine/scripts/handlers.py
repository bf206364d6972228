"""Which actions a data function has, which of them ``goop.owner`` guards, and which fields of the params each
reads; found without running it.

Good enough to make a form of, never to decide what a visitor may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lua_engine.scripts.coloring import KEYWORDS
from lua_engine.scripts.outline import Token, routed, tokens

_GUARD = "goop.owner"
_MAX_STEPS = 16  # wrappers and names between an action and its function
_MAX_DEPTH = 3  # functions that hand the params on to each other
_MAX_ARGUMENT = 32  # tokens of a call that are looked through for its opening bracket
_PAIRS = {")": "(", "}": "{", "]": "["}
_OPENERS, _CLOSERS = frozenset(("function", "do", "if", "repeat")), frozenset(("end", "until"))


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One action. ``fields`` are the names that its handler reads from the params, in their order, without
    ``action``.

    A function without ``goop.route`` has one entry with an empty name: what it reads when it is called.
    """

    name: str
    is_guarded: bool
    fields: tuple[str, ...]


class _Function(NamedTuple):
    params: tuple[str, ...]
    start: int  # of the body
    end: int


def action_infos(source: str) -> tuple[ActionInfo, ...]:
    """The actions of ``source``, in their order. Never fails."""
    script = _Script(tuple(tokens(source)))
    infos = {name: script.info(name, index) for name, index in routed(script.found)}
    if not infos and (entry := script.functions.get("call")) is not None:
        return (ActionInfo("", False, script.fields_of_request(entry)),)
    return tuple(infos.values())


class _Script:
    """The functions and values that a script gives names to. A name of two functions means the last one."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.found = found
        self.functions: dict[str, _Function] = {}
        self._values: dict[str, int] = {}  # where the value that a name was given begins
        self._ends = dict(_function_ends(found))
        self._fields: dict[tuple[_Function, int, bool], tuple[str, ...]] = {}
        self._guard_names: dict[str, bool] = {}
        self._read_names()

    def info(self, name: str, index: int) -> ActionInfo:
        """What the handler that begins at ``index`` is."""
        is_guarded, function = self._handler(index)
        return ActionInfo(
            name, is_guarded, self._fields_of(function, 0, _MAX_DEPTH) if function is not None else ()
        )

    def fields_of_request(self, entry: _Function) -> tuple[str, ...]:
        """Fields that a ``call(request)`` reads from ``request.params``."""
        return self._fields_of(entry, 0, _MAX_DEPTH, is_request=True)

    # names

    def _read_names(self) -> None:
        braces: list[str] = []
        for index, token in enumerate(self.found):
            _follow(braces, token)
            if token == ("name", "function"):
                name, _ = self._chain(index + 1)
                function = self._function(index)
                if name and function is not None:
                    self.functions[name] = function
            elif token.kind == "name" and braces[-1:] != ["{"] and not self._is_op(index - 1, "."):
                name, after = self._chain(index)
                if self._is_op(after, "="):
                    self._name_value(name, after + 1)

    def _name_value(self, name: str, index: int) -> None:
        function = self._function(index)
        if function is not None:
            self.functions[name] = function
        else:
            self._values[name] = index

    def _chain(self, index: int) -> tuple[str, int]:
        """The name ``a.b.c`` at ``index`` and the index behind it; an empty name where there is none."""
        words: list[str] = []
        while index < len(self.found) and self.found[index].kind == "name":
            words.append(self.found[index].text)
            index += 1
            if (
                not self._is_op(index, ".")
                or index + 1 >= len(self.found)
                or self.found[index + 1].kind != "name"
            ):
                break
            index += 1
        return ".".join(words), index

    def _function(self, index: int) -> _Function | None:
        """The function whose keyword stands at ``index``."""
        if index >= len(self.found) or self.found[index] != ("name", "function"):
            return None
        _, opening = self._chain(index + 1)
        if not self._is_op(opening, "("):
            return None
        params, at = [], opening + 1
        while at < len(self.found) and (self.found[at].kind == "name" or self._is_op(at, ",")):
            params += [self.found[at].text] if self.found[at].kind == "name" else []
            at += 1
        return _Function(tuple(params), at, self._ends.get(index, len(self.found)))

    def _is_op(self, index: int, text: str) -> bool:
        return 0 <= index < len(self.found) and self.found[index] == ("op", text)

    # handlers

    def _handler(self, index: int) -> tuple[bool, _Function | None]:
        """Follow names and wrappers, ``goop.owner(ready(create))``, to the function; whether a guard was
        among them.
        """
        is_guarded = False
        for _ in range(_MAX_STEPS):
            function = self._function(index)
            if function is not None:
                return is_guarded, function
            name, after = self._chain(index)
            if not name:
                break
            if self._is_op(after, "("):
                is_guarded = is_guarded or self._guards(name)
                index = after + 1
            elif name in self.functions:
                return is_guarded, self.functions[name]
            elif name in self._values:
                index = self._values[name]
            else:
                break
        return is_guarded, None

    def _guards(self, name: str) -> bool:
        """``name`` is ``goop.owner``, another name of it, or a function that answers with it."""
        if name not in self._guard_names:
            self._guard_names[name] = self._is_guard(name)
        return self._guard_names[name]

    def _is_guard(self, name: str) -> bool:
        if name in self._values:
            name, _ = self._chain(self._values[name])
        function = self.functions.get(name)
        if function is None:
            return name == _GUARD
        body = range(function.start, function.end)
        return any(self.found[at] == ("name", "return") and self._chain(at + 1)[0] == _GUARD for at in body)

    # fields

    def _fields_of(
        self, function: _Function, place: int, depth: int, *, is_request: bool = False
    ) -> tuple[str, ...]:
        """What ``function`` reads from its parameter number ``place``, or from the ``params`` in it."""
        key = (function, place, is_request)
        if key not in self._fields:
            self._fields[key] = ()  # a function that calls itself
            if place < len(function.params) and depth > 0:
                names = dict.fromkeys(self._reads(function, function.params[place], depth, is_request))
                names.pop("action", None)
                self._fields[key] = tuple(names)
        return self._fields[key]

    def _reads(self, function: _Function, param: str, depth: int, is_request: bool) -> Iterator[str]:
        holders = {param: is_request}  # names of the params, or of the request that has them
        for index in range(function.start, function.end):
            token = self.found[index]
            if (
                token.kind != "name"
                or token.text not in holders
                or self._is_op(index - 1, ".")
                or self._is_op(index - 1, ":")
            ):
                continue
            is_whole, after = holders[token.text], index + 1
            if is_whole and self._field(after)[0] == "params":
                is_whole, after = False, self._field(after)[1]
            field, _ = self._field(after)
            if field:
                if not is_whole:
                    yield field
                continue
            alias = self._alias(index)
            if alias:
                holders[alias] = is_whole
            yield from self._handed_on(index, depth, is_whole)

    def _field(self, index: int) -> tuple[str, int]:
        """The field in ``.field`` or ``["field"]`` at ``index``, and the index behind it."""
        if index + 1 >= len(self.found):
            return "", index
        following = self.found[index + 1]
        if self._is_op(index, ".") and following.kind == "name":
            # "params. end": the field is still to be written.
            return ("" if following.text in KEYWORDS else following.text), index + 2
        if self._is_op(index, "[") and following.kind == "string" and self._is_op(index + 2, "]"):
            return following.text, index + 3
        return "", index

    def _alias(self, index: int) -> str:
        """The name in ``local name = <here>``, or an empty text."""
        is_local = index >= 3 and self._is_op(index - 1, "=") and self.found[index - 3] == ("name", "local")
        return self.found[index - 2].text if is_local and self.found[index - 2].kind == "name" else ""

    def _handed_on(self, index: int, depth: int, is_request: bool) -> tuple[str, ...]:
        """Fields that a function of this script reads, to which the name at ``index`` is handed:
        ``check(params, true)``.
        """
        place = 0
        for at in range(index - 1, max(0, index - _MAX_ARGUMENT), -1):
            if self._is_op(at, "("):
                function = self.functions.get(self._name_before(at))
                return (
                    self._fields_of(function, place, depth - 1, is_request=is_request)
                    if function is not None
                    else ()
                )
            place += self._is_op(at, ",")
            if self.found[at].kind == "op" and self.found[at].text not in ",.":
                break
        return ()

    def _name_before(self, index: int) -> str:
        words: list[str] = []
        at = index - 1
        while at >= 0 and self.found[at].kind == "name":
            words.append(self.found[at].text)
            if not self._is_op(at - 1, "."):
                break
            at -= 2
        return ".".join(reversed(words))


def _function_ends(found: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    """Index of each keyword ``function`` and of the ``end`` that belongs to it."""
    blocks: list[tuple[str, int]] = []
    for index, token in enumerate(found):
        if token.kind != "name":
            continue
        if token.text in _OPENERS:
            blocks.append((token.text, index))
        elif token.text in _CLOSERS and blocks:
            opener, start = blocks.pop()
            if opener == "function":
                yield start, index


def _follow(open_ones: list[str], token: Token) -> None:
    """Keep the stack of brackets and blocks that are open at ``token``."""
    if token.kind == "op":
        if token.text in _PAIRS.values():
            open_ones.append(token.text)
        elif token.text in _PAIRS and open_ones[-1:] == [_PAIRS[token.text]]:
            open_ones.pop()
    elif token.kind == "name":
        if token.text in _OPENERS:
            open_ones.append(token.text)
        elif token.text in _CLOSERS and open_ones and open_ones[-1] in _OPENERS:
            open_ones.pop()
