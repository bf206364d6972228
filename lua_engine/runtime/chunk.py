"""Lua 5.2 bytecode as data: read, change, write. Format: lundump.c and ldump.c of Lua 5.2.4, lopcodes.h."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_HEADER_BYTES = 18
_EXPECTED = b"\x1bLua\x52\x00"
_CONSTANT_SIZES = {0: 0, 1: 1, 3: 8}

# Opcodes that somebody here must know.
MOVE, LOADK, LOADKX, LOADBOOL, GETUPVAL, SETTABUP, SETUPVAL, SETTABLE = 0, 1, 2, 3, 5, 8, 9, 10
JMP, EQ, LT, LE, TEST, TESTSET, CALL, FORLOOP, FORPREP = 23, 24, 25, 26, 27, 28, 29, 32, 33
TFORCALL, TFORLOOP, SETLIST, VARARG, EXTRAARG = 34, 35, 36, 38, 39
TESTS = frozenset((EQ, LT, LE, TEST, TESTSET))
JUMPS = frozenset((JMP, FORLOOP, FORPREP, TFORLOOP))

MAX_REGISTERS = 250
MAX_UPVALUES = 255
MAX_RK_CONSTANT = 255
_BIAS = 131071


def opcode(instruction: int) -> int:
    return instruction & 0x3F


def field_a(instruction: int) -> int:
    return (instruction >> 6) & 0xFF


def field_b(instruction: int) -> int:
    return instruction >> 23


def field_c(instruction: int) -> int:
    return (instruction >> 14) & 0x1FF


def jump_of(instruction: int) -> int:
    """The signed distance of a jump."""
    return (instruction >> 14) - _BIAS


def abc(op: int, a: int, b: int, c: int) -> int:
    return op | a << 6 | c << 14 | b << 23


def abx(op: int, a: int, bx: int) -> int:
    return op | a << 6 | bx << 14


def with_jump(instruction: int, distance: int) -> int:
    """The jump with another distance. Raises ValueError when it is too far."""
    if not -_BIAS <= distance <= _BIAS:
        raise ValueError("a jump is too long")
    return (instruction & 0x3FFF) | (distance + _BIAS) << 14


@dataclass(slots=True)
class Local:
    """A name for a register, from instruction ``start`` up to before ``end``."""

    name: bytes
    start: int
    end: int


@dataclass(slots=True)
class Function:
    """One function of a chunk; ``constants`` are as they stand in the file, each with its type byte."""

    first_line: int
    last_line: int
    parameters: int
    is_vararg: int
    registers: int
    code: list[int]
    constants: list[bytes]
    children: list[Function]
    upvalues: list[tuple[int, int]]  # in the parent's stack?, index
    source: bytes
    lines: list[int]
    locals: list[Local]
    upvalue_names: list[bytes] = field(default_factory=list)

    def everything(self) -> list[Function]:
        """This function and all inside it, in the order of the file."""
        found = [self]
        for child in self.children:
            found += child.everything()
        return found

    def number_constant(self, value: int) -> int:
        """The index of a constant, added when it is new."""
        packed = b"\x03" + struct.pack("<d", value)
        if packed not in self.constants:
            self.constants.append(packed)
        return self.constants.index(packed)


class _Reader:
    def __init__(self, chunk: bytes) -> None:
        if not chunk.startswith(_EXPECTED):
            raise ValueError("this is not Lua 5.2 bytecode")
        _, int_size, self._size_size, instruction_size, number_size = struct.unpack_from("5B", chunk, 6)
        if (int_size, instruction_size, number_size) != (4, 4, 8):
            raise ValueError("this Lua has unusual number sizes")
        self._chunk = chunk
        self.at = _HEADER_BYTES

    def _bytes(self, size: int) -> bytes:
        piece = self._chunk[self.at : self.at + size]
        self.at += size
        return piece

    def _int(self) -> int:
        return int.from_bytes(self._bytes(4), "little")

    def _ints(self) -> list[int]:
        count = self._int()
        return list(struct.unpack(f"<{count}I", self._bytes(4 * count)))

    def _string(self) -> bytes:
        size = int.from_bytes(self._bytes(self._size_size), "little")
        return self._bytes(size)

    def _constant(self) -> bytes:
        kind = self._bytes(1)
        if kind[0] == 4:
            start = self.at
            self._string()
            return kind + self._chunk[start : self.at]
        return kind + self._bytes(_CONSTANT_SIZES[kind[0]])

    def function(self) -> Function:
        first, last = self._int(), self._int()
        parameters, is_vararg, registers = self._bytes(3)
        code = self._ints()
        constants = [self._constant() for _ in range(self._int())]
        children = [self.function() for _ in range(self._int())]
        pairs = [self._bytes(2) for _ in range(self._int())]
        source, lines = self._string(), self._ints()
        names = [Local(self._string(), self._int(), self._int()) for _ in range(self._int())]
        upvalue_names = [self._string() for _ in range(self._int())]
        return Function(
            first,
            last,
            parameters,
            is_vararg,
            registers,
            code,
            constants,
            children,
            [(pair[0], pair[1]) for pair in pairs],
            source,
            lines,
            names,
            upvalue_names,
        )


def read_chunk(chunk: bytes) -> Function:
    """The main function of ``chunk``. Raises ValueError for anything but 64-bit-number Lua 5.2 bytecode."""
    reader = _Reader(chunk)
    function = reader.function()
    if reader.at != len(chunk):
        raise ValueError("the bytecode has an unexpected end")
    return function


def _int(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _write(function: Function, size_size: int, out: list[bytes]) -> None:
    def string(text: bytes) -> bytes:
        return len(text).to_bytes(size_size, "little") + text

    out.append(_int(function.first_line) + _int(function.last_line))
    out.append(bytes((function.parameters, function.is_vararg, function.registers)))
    out.append(_int(len(function.code)) + struct.pack(f"<{len(function.code)}I", *function.code))
    out.append(_int(len(function.constants)))
    out += function.constants
    out.append(_int(len(function.children)))
    for child in function.children:
        _write(child, size_size, out)
    out.append(_int(len(function.upvalues)))
    out += [bytes(pair) for pair in function.upvalues]
    out.append(string(function.source))
    out.append(_int(len(function.lines)) + struct.pack(f"<{len(function.lines)}I", *function.lines))
    out.append(_int(len(function.locals)))
    out += [string(one.name) + _int(one.start) + _int(one.end) for one in function.locals]
    out.append(_int(len(function.upvalue_names)))
    out += [string(name) for name in function.upvalue_names]


def write_chunk(function: Function, like: bytes) -> bytes:
    """Bytecode of ``function``, with the header of ``like``."""
    out = [like[:_HEADER_BYTES]]
    _write(function, like[8], out)
    return b"".join(out)


def lua_string(text: bytes) -> bytes:
    """A name as it stands in a chunk: with its final zero."""
    return text + b"\0"
