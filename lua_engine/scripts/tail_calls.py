"""Calls of our own functions that keep the script's frame.

``return goop.kv.set(key, value)`` is a tail call: Lua drops the script's frame before the function runs, so
an error in it would have no line, or that of who called the script's function, and a statement or an effect
none at all. Goop2 keeps the frame there. Such a call is made an ordinary one, whose results are returned
just the same::

    3  TAILCALL 0  3  0         3  CALL   0  3  0
    4  RETURN   0  0            4  RETURN 0  0

A tail call of a script's own function stays one: it may go as deep as it likes.
"""

from __future__ import annotations

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

_GETTABUP, _GETTABLE, _SELF, _TAILCALL, _CLOSURE = 6, 7, 12, 30, 37
_SETS_A_CALLEE = frozenset((MOVE, GETUPVAL, _GETTABUP, _GETTABLE, _SELF, CALL, _CLOSURE))

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


def with_frames(bytecode: bytes) -> bytes:
    """``bytecode`` (Lua 5.2) in which no call of ours drops the script's frame."""
    main = read_chunk(bytecode)
    changed = 0
    for function in main.everything():
        for place, instruction in enumerate(function.code):
            if opcode(instruction) == _TAILCALL and _is_ours(function, place):
                function.code[place] = instruction - _TAILCALL + CALL
                changed += 1
    return write_chunk(main, bytecode) if changed else bytecode


def _is_ours(function: Function, call: int) -> bool:
    register = field_a(function.code[call])
    place = _setter(function, call, register)
    instruction = function.code[place] if place >= 0 else 0
    if opcode(instruction) == _SELF:
        return _constant(function, field_c(instruction)) in _METHODS
    is_field = False
    while place >= 0 and opcode(instruction) == _GETTABLE and field_b(instruction) == register:
        is_field = True
        place = _setter(function, place, register)
        instruction = function.code[place] if place >= 0 else 0
    if place < 0 or opcode(instruction) != _GETTABUP:
        return False
    if function.upvalue_names[field_b(instruction)] != b"_ENV\0":
        return False
    return _constant(function, field_c(instruction)) in (_LIBRARIES if is_field else _FUNCTIONS)


def _setter(function: Function, place: int, register: int) -> int:
    """Where ``register`` got the function to call: arguments stand in registers above it. -1: nowhere."""
    for earlier in range(place - 1, -1, -1):
        instruction = function.code[earlier]
        if opcode(instruction) in _SETS_A_CALLEE and field_a(instruction) == register:
            return earlier
    return -1


def _constant(function: Function, operand: int) -> bytes:
    """The text that an operand stands for; empty where it is none."""
    index = operand - MAX_RK_CONSTANT - 1
    if index < 0:
        return b""
    constant = function.constants[index]
    return constant[9:-1] if constant[0] == 4 else b""  # its kind, its length in 8 bytes, the text, a zero
