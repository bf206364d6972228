"""Breakpoints in the bytecode: a call of our own where a run of a line begins.

Not a hook: a breakpoint that is not hit costs nothing, and one that is hit is an ordinary call, in which
the guard goes on counting. For recording, a second kind of call stands before each write to a table or an
upvalue. Pure: bytes in, bytes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lua_engine.debugger.long_lines import cut_long_lines
from lua_engine.debugger.patching import (
    Patch,
    add_upvalues,
    apply,
    free_registers,
    is_free,
    target_of,
    value_into,
)
from lua_engine.debugger.statements import statement_places
from lua_engine.runtime import chunk as lua
from lua_engine.runtime.chunk import Function, field_a, field_b, opcode, read_chunk, write_chunk

STOP, WRITE, ASSIGN = b"(stop)", b"(write)", b"(assign)"
"""Names of the upvalues: ``stop(line)``, ``write(table, key)``, ``assign(upvalue)``."""

_WRITES = frozenset((lua.SETTABLE, lua.SETTABUP, lua.SETUPVAL))


@dataclass(frozen=True, slots=True)
class Instrumented:
    """The chunk to run. ``upvalues`` are what it wants behind its own, in this order.

    ``unreached`` are lines that could not get a call (too many registers): they need the line hook.
    """

    bytecode: bytes
    upvalues: tuple[bytes, ...]
    unreached: frozenset[int] = frozenset()


def stop_lines(bytecode: bytes) -> frozenset[int]:
    """The lines of a chunk at which a call can stop."""
    found: set[int] = set()
    for function in read_chunk(bytecode).everything():
        found |= {line for line, _ in _places(function)}
    return frozenset(found)


def instrument(bytecode: bytes, lines: Iterable[int], *, with_writes: bool = False) -> Instrumented:
    """``bytecode`` that calls ``stop(line)`` at each of ``lines``.

    ``with_writes``: also ``write(table, key)`` and ``assign(upvalue)`` before each write, for the undo log.
    Without either it answers the very same object, but for a chunk with a line of more than 100 instructions.
    """
    wanted = frozenset(lines)
    main = read_chunk(bytecode)
    if not wanted and not with_writes:
        return Instrumented(write_chunk(main, bytecode) if cut_long_lines(main) else bytecode, ())
    work = [_Probes(function, wanted, with_writes) for function in main.everything()]
    indices = add_upvalues(main, {number: one.needs for number, one in enumerate(work) if one.needs})
    for number, one in enumerate(work):
        one.put(indices[number])
    cut_long_lines(main)
    upvalues = tuple(indices[0])
    unreached = frozenset(line for one in work for line in one.unreached)
    return Instrumented(write_chunk(main, bytecode), upvalues, unreached)


class _Probes:
    """What one function gets."""

    def __init__(self, function: Function, lines: frozenset[int], with_writes: bool) -> None:
        self.unreached: set[int] = set()
        self.needs: list[bytes] = []
        self._function = function
        self._stops = [(line, place) for line, place in _places(function) if line in lines]
        self._writes = _writes(function) if with_writes else []
        self._register = free_registers(function, 3)
        if self._register is None or len(function.upvalues) + 3 > lua.MAX_UPVALUES:
            self.unreached = {line for line, _ in self._stops}
            self._stops, self._writes = [], []
        if self._stops:
            self.needs.append(STOP)
        ops = {opcode(function.code[place]) for place in self._writes}
        if ops - {lua.SETUPVAL}:
            self.needs.append(WRITE)
        if lua.SETUPVAL in ops:
            self.needs.append(ASSIGN)

    def put(self, upvalues: dict[bytes, int]) -> None:
        """Rewrite the function; ``upvalues`` says where ours are."""
        if not self._stops and not self._writes:
            return
        patch, function = Patch(), self._function
        for line, place in self._stops:
            patch.before[place] = self._call(upvalues[STOP], self._number(1, line))
        for place in self._writes:
            patch.before.setdefault(place, []).extend(self._write(place, upvalues))
        try:
            apply(function, patch)
        except ValueError:  # no room between a jump and its target
            self.unreached |= {line for line, _ in self._stops}
            return
        assert self._register is not None
        function.registers = max(function.registers, self._register + 3)

    def _number(self, offset: int, value: int) -> int:
        assert self._register is not None
        index = self._function.number_constant(value)
        return lua.abx(lua.LOADK, self._register + offset, index)

    def _call(self, upvalue: int, *arguments: int) -> list[int]:
        assert self._register is not None
        register = self._register
        return [
            lua.abc(lua.GETUPVAL, register, upvalue, 0),
            *arguments,
            lua.abc(lua.CALL, register, len(arguments) + 1, 1),
        ]

    def _write(self, place: int, upvalues: dict[bytes, int]) -> list[int]:
        assert self._register is not None
        instruction, register = self._function.code[place], self._register
        if opcode(instruction) == lua.SETUPVAL:
            return self._call(upvalues[ASSIGN], self._number(1, field_b(instruction) + 1))
        if opcode(instruction) == lua.SETTABUP:
            table = lua.abc(lua.GETUPVAL, register + 1, field_a(instruction), 0)
        else:
            table = lua.abc(lua.MOVE, register + 1, field_a(instruction), 0)
        key = value_into(register + 2, field_b(instruction))
        return self._call(upvalues[WRITE], table, key)


def _writes(function: Function) -> list[int]:
    return [place for place, instruction in enumerate(function.code) if opcode(instruction) in _WRITES]


def _places(function: Function) -> list[tuple[int, int]]:
    """(line, place) of every call that the function could have: where a run of a line begins, and where a
    jump from another line or backwards arrives.

    The rest of a statement over several lines has none, where it comes back to the line of its beginning.
    """
    code, lines, arrivals = function.code, function.lines, _arrivals(function)
    begins_at = statement_places(function)
    with_statement = {lines[place] for place in begins_at}
    found: list[tuple[int, int]] = []
    passed: set[int] = set()
    missed = 0  # the line whose first place was not free
    for place, line in enumerate(lines):
        sources = arrivals.get(place)
        if sources is not None:
            passed = set()
        is_new_run = place == 0 or lines[place - 1] != line
        if is_new_run:
            missed = 0
        begins = (is_new_run and line not in passed) or (sources is not None and sources != {line})
        if begins or missed == line:
            missed = 0 if is_free(code, place) else line
            if not missed and (place in begins_at or line not in with_statement):
                found.append((line, place))
        passed.add(line)
    return found


def _arrivals(function: Function) -> dict[int, set[int]]:
    """For each place that a jump goes to: the lines that it comes from, -1 for a jump backwards."""
    arrivals: dict[int, set[int]] = {}
    for place in range(len(function.code)):
        target = target_of(function.code, place)
        if target is not None:
            arrivals.setdefault(target, set()).add(-1 if target <= place else function.lines[place])
    return arrivals
