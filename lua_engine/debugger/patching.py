"""Instructions put between the instructions of a function, without a change in what it does.

A worked example. ``for i = 1, 2 do print(i) end`` with a probe before the call (pc 4)::

    before                              after
    0  LOADK    0  1                    0  LOADK    0  1
    1  LOADK    1  2                    1  LOADK    1  2
    2  LOADK    2  1                    2  LOADK    2  1
    3  FORPREP  0  to 7                 3  FORPREP  0  to 10
    4  GETTABUP 4  _ENV "print"         4  GETUPVAL 8  (stop)     registers 8 and 9 lie above the frame's own
    5  MOVE     5  3                    5  LOADK    9  1          the line
    6  CALL     4  2 1                  6  CALL     8  2 1
    7  FORLOOP  0  to 4                 7  GETTABUP 4  _ENV "print"
    8  RETURN   0  1                    8  MOVE     5  3
                                        9  CALL     4  2 1
                                        10 FORLOOP  0  to 4       the round begins with the probe
                                        11 RETURN   0  1

Where nothing may be put: between a test and its jump, before an instruction that another one may skip, inside
a pair that the interpreter executes as one, and between an open result (the values up to the stack's top) and
its user. See lvm.c of Lua 5.2.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from lua_engine.runtime import chunk as lua
from lua_engine.runtime.chunk import Function, field_b, field_c, jump_of, opcode


@dataclass(slots=True)
class Patch:
    """What is put into one function: instructions by the place in the old code."""

    before: dict[int, list[int]] = field(default_factory=dict)
    """Executed before the instruction, however it is reached."""
    falling: dict[int, list[int]] = field(default_factory=dict)
    """Executed before the instruction when it is reached from the one above, not by a jump."""
    jumping: dict[int, list[int]] = field(default_factory=dict)
    """Executed on the way of the jump that stands at the place."""


def is_free(code: Sequence[int], place: int) -> bool:
    """Whether instructions that need registers may be put before ``place``."""
    return is_passable(code, place) and not (place > 0 and _is_open(code[place - 1]))


def is_passable(code: Sequence[int], place: int) -> bool:
    """Whether instructions that leave the stack's top alone may be put before ``place``."""
    if opcode(code[place]) == lua.EXTRAARG:
        return False
    if place == 0:
        return True
    above, op = code[place - 1], opcode(code[place - 1])
    if op in lua.TESTS or op == lua.TFORCALL:
        return False
    return not (op == lua.LOADBOOL and field_c(above))


def _is_open(instruction: int) -> bool:
    op = opcode(instruction)
    return (op == lua.CALL and field_c(instruction) == 0) or (op == lua.VARARG and field_b(instruction) == 0)


def target_of(code: Sequence[int], place: int) -> int | None:
    """Where the jump at ``place`` goes; None when it is no jump."""
    if opcode(code[place]) not in lua.JUMPS:
        return None
    return place + 1 + jump_of(code[place])


def apply(function: Function, patch: Patch) -> None:
    """Rewrite the function's code, lines and ranges of locals."""
    code: list[int] = []
    lines: list[int] = []
    landing: list[int] = []  # where a jump to the old place arrives
    moved: list[int] = []  # where the old instruction stands
    for place, instruction in enumerate(function.code):
        for inserted in (patch.falling.get(place, ()), None, patch.before.get(place, ())):
            if inserted is None:
                landing.append(len(code))
            else:
                code += inserted
                lines += [function.lines[place]] * len(inserted)
        moved.append(len(code))
        code.append(instruction)
        lines.append(function.lines[place])
    landing.append(len(code))
    targets = {place: target_of(function.code, place) for place in range(len(function.code))}
    for place, target in targets.items():
        if target is None:
            continue
        arrival = landing[target]
        detour = patch.jumping.get(place)
        if detour:
            arrival, back = len(code), landing[target]
            code += detour
            code.append(lua.with_jump(lua.abx(lua.JMP, 0, 0), back - len(code) - 1))
            lines += [function.lines[place]] * (len(detour) + 1)
        code[moved[place]] = lua.with_jump(code[moved[place]], arrival - moved[place] - 1)
    for one in function.locals:
        one.start, one.end = landing[one.start], landing[one.end]
    function.code, function.lines = code, lines


def add_upvalues(main: Function, wanted: Mapping[int, Sequence[bytes]]) -> dict[int, dict[bytes, int]]:
    """Give functions further upvalues that come from the chunk's own.

    ``wanted`` and the answer are by the number of the function in ``main.everything()``; the answer has the
    index of each name. Functions around get them too; the chunk has them all behind its own, in the order of
    their first use.
    """
    found: dict[int, dict[bytes, int]] = {}
    _add(main, count(), wanted, found, None)
    return found


def _add(
    function: Function,
    numbers: Iterator[int],
    wanted: Mapping[int, Sequence[bytes]],
    found: dict[int, dict[bytes, int]],
    parent: Function | None,
) -> list[bytes]:
    number = next(numbers)
    names = list(wanted.get(number, ()))
    inner = [_add(child, numbers, wanted, found, function) for child in function.children]
    for one in inner:
        names += [name for name in one if name not in names]
    first = len(function.upvalues)
    found[number] = {name: first + index for index, name in enumerate(names)}
    for child, needed in zip(function.children, inner, strict=True):
        start = len(child.upvalues) - len(needed)
        for index, name in enumerate(needed):
            child.upvalues[start + index] = (0, found[number][name])
    for name in names:
        function.upvalues.append((1, len(function.upvalues)) if parent is None else (0, 0))
        function.upvalue_names.append(lua.lua_string(name))
    return names


def free_registers(function: Function, wanted: int) -> int | None:
    """The first of so many registers above the function's own; None when there are not so many."""
    first = function.registers
    return first if first + wanted <= lua.MAX_REGISTERS else None


def value_into(register: int, operand: int) -> int:
    """An instruction that puts an operand (register or constant, as in SETTABLE) into ``register``."""
    if operand > lua.MAX_RK_CONSTANT:
        return lua.abx(lua.LOADK, register, operand - lua.MAX_RK_CONSTANT - 1)
    return lua.abc(lua.MOVE, register, operand, 0)
