"""Calls of our own functions that keep the script's frame.

``return goop.kv.set(key, value)`` is a tail call: Lua drops the script's frame before the function runs, so
an error in it would have no line, or that of who called the script's function, and a statement or an effect
none at all. Goop2 keeps the frame there. Such a call is made an ordinary one, whose results are returned
just the same::

    3  TAILCALL 0  3  0         3  CALL   0  3  0
    4  RETURN   0  0            4  RETURN 0  0

So is that of a local variable, of this function or one around it, that is never given anything but functions
of ours: ``local set = goop.kv.set``. A tail call of a script's own function stays one: it may go as deep as
it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lua_engine.runtime.chunk import (
    CALL,
    GETUPVAL,
    MAX_RK_CONSTANT,
    MOVE,
    Function,
    field_a,
    field_b,
    field_c,
    opcode,
    read_chunk,
    write_chunk,
)
from lua_engine.scripts.given_values import Local, Writes

_GETTABUP, _GETTABLE, _SELF, _TAILCALL, _CLOSURE = 6, 7, 12, 30, 37

_MOST_HANDS = 16
"""Through how many names and fields a function is followed: a hostile text must not make it long."""

_LIBRARIES = frozenset((b"goop", b"string", b"table", b"math", b"os", b"coroutine"))
_FUNCTIONS = frozenset(
    b"collectgarbage getmetatable ipairs load loadstring next pairs print rawget rawlen rawset setmetatable "
    b"tonumber tostring unpack".split()
)
_OF_HANDLES = frozenset(
    b"aggregate count delete delete_where distinct exists find find_one get get_by insert list pluck save "
    b"seed set update update_where upsert validate".split()
)
_OF_TEXTS = frozenset(b"byte find format gfind gmatch gsub len lower match rep reverse sub upper".split())
_METHODS = _OF_HANDLES | _OF_TEXTS


class _Scope:
    """A function, and the instruction of ``outer`` that makes it (none: it is the chunk)."""

    def __init__(self, function: Function, outer: _Scope | None = None, closed_at: int = 0) -> None:
        self.function = function
        self.outer = outer
        self.closed_at = closed_at
        self.writes = Writes(function)
        self._known: dict[tuple[Local, bool], bool] = {}

    def is_ours(self, register: int, at: int, *, as_library: bool = False, hands: int = 0) -> bool:
        """Whether ``register`` holds at an instruction a function of ours, or a method with the name of one.
        ``as_library``: whether it holds ``goop``, a library, or something in them.
        """
        local = self.writes.local(register, at)
        if local is None:
            return self._is_given(self.writes.last(register, at), as_library, hands)
        key = (local, as_library)
        if key not in self._known:
            self._known[key] = False  # meanwhile: it may lead back here
            self._known[key] = all(
                self._is_given(place, as_library, hands + 1) for place in self.writes.givers(local)
            )
        return self._known[key]

    def _is_given(self, place: int, as_library: bool, hands: int) -> bool:
        if place < 0 or hands > _MOST_HANDS:
            return False
        instruction = self.function.code[place]
        op, b = opcode(instruction), field_b(instruction)
        if op == _SELF:
            return not as_library and self._constant(field_c(instruction)) in _METHODS
        if op == _GETTABLE:
            return self.is_ours(b, place, as_library=True, hands=hands + 1)
        if op == MOVE:
            return self.is_ours(b, place, as_library=as_library, hands=hands + 1)
        if op == GETUPVAL:
            return self._is_upvalue_ours(b, as_library, hands + 1)
        if op == _GETTABUP and self.function.upvalue_names[b] == b"_ENV\0":
            return self._constant(field_c(instruction)) in (_LIBRARIES if as_library else _FUNCTIONS)
        return op == _GETTABUP and self._is_upvalue_ours(b, True, hands + 1)

    def _is_upvalue_ours(self, upvalue: int, as_library: bool, hands: int) -> bool:
        scope, index, is_register = self, upvalue, 0
        while not is_register:
            is_register, index = scope.function.upvalues[index]
            if scope.outer is None:
                return False
            closed_at, scope = scope.closed_at, scope.outer
        if scope.writes.local(index, closed_at) is None:
            return False  # `local function f` that calls itself
        return scope.is_ours(index, closed_at, as_library=as_library, hands=hands)

    def _constant(self, operand: int) -> bytes:
        """The text that an operand stands for; empty where it is none."""
        index = operand - MAX_RK_CONSTANT - 1
        if index < 0:
            return b""
        constant = self.function.constants[index]
        is_text = constant[0] == 4  # then come its length in 8 bytes, the text, a zero
        return constant[9:-1] if is_text else b""


def with_frames(bytecode: bytes) -> bytes:
    """``bytecode`` (Lua 5.2) in which no call of ours drops the script's frame."""
    main = read_chunk(bytecode)
    found = list(_calls_of_ours(_Scope(main)))
    for function, place in found:
        function.code[place] += CALL - _TAILCALL
    return write_chunk(main, bytecode) if found else bytecode


def _calls_of_ours(scope: _Scope) -> Iterator[tuple[Function, int]]:
    for place, instruction in enumerate(scope.function.code):
        if opcode(instruction) == _TAILCALL and scope.is_ours(field_a(instruction), place):
            yield scope.function, place
        elif opcode(instruction) == _CLOSURE:
            yield from _calls_of_ours(_Scope(scope.function.children[instruction >> 14], scope, place))
