"""What gave a register of Lua 5.2 bytecode its value, as far as the text tells: read, never run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from lua_engine.runtime.chunk import (
    CALL,
    EQ,
    EXTRAARG,
    FORLOOP,
    JMP,
    LE,
    LT,
    SETLIST,
    SETTABLE,
    SETTABUP,
    SETUPVAL,
    TEST,
    TFORCALL,
    TFORLOOP,
    VARARG,
    Function,
    field_a,
    field_b,
    field_c,
    opcode,
)

_LOADNIL, _SELF, _TAILCALL, _RETURN = 4, 12, 30, 31
_WRITES_NOTHING = frozenset(
    (SETTABUP, SETUPVAL, SETTABLE, JMP, EQ, LT, LE, TEST, _TAILCALL, _RETURN, SETLIST, EXTRAARG)
)


def _written(instruction: int) -> range:
    """The registers that an instruction writes; of results without an end the first alone."""
    op, a = opcode(instruction), field_a(instruction)
    if op in _WRITES_NOTHING:
        return range(0)
    if op == _LOADNIL:
        return range(a, a + field_b(instruction) + 1)
    if op == CALL:
        return range(a, a + max(field_c(instruction) - 1, 1))
    if op == VARARG:
        return range(a, a + max(field_b(instruction) - 1, 1))
    if op == TFORCALL:
        return range(a + 3, a + 3 + field_c(instruction))
    if op in (_SELF, TFORLOOP):
        return range(a, a + 2)
    if op == FORLOOP:
        return range(a, a + 4)
    return range(a, a + 1)


@dataclass(frozen=True, slots=True)
class Local:
    """A local variable of a function: its register, and the instructions between which it is one."""

    register: int
    start: int
    end: int


class Writes:
    """The instructions of a function by the register that they write, and its local variables."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self._places: dict[int, list[int]] = {}
        for place, instruction in enumerate(function.code):
            for register in _written(instruction):
                self._places.setdefault(register, []).append(place)
        self._locals: dict[int, list[Local]] = {}
        ends: list[int] = []  # of the variables that live, which take the registers from 0
        for one in function.locals:
            while ends and ends[-1] <= one.start:
                ends.pop()
            self._locals.setdefault(len(ends), []).append(Local(len(ends), one.start, one.end))
            ends.append(one.end)

    def last(self, register: int, before: int) -> int:
        """The last instruction before another that wrote ``register``; -1: there is none."""
        places = self._places.get(register, [])
        found = bisect_left(places, before)
        return places[found - 1] if found else -1

    def local(self, register: int, at: int) -> Local | None:
        """The local variable that ``register`` is at an instruction."""
        known = self._locals.get(register, [])
        found = bisect_right(known, at, key=lambda one: one.start) - 1
        return known[found] if found >= 0 and at < known[found].end else None

    def givers(self, local: Local) -> list[int]:
        """Every instruction that gives ``local`` a value, its first one (-1: a parameter) included."""
        places = self._places.get(local.register, [])
        later = places[bisect_left(places, local.start) : bisect_left(places, local.end)]
        return [self.last(local.register, local.start), *later]
