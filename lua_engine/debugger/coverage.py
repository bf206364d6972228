"""Coverage of scripts: which lines and which ways of each branch a run reaches.

One instruction for each, in the bytecode: ``hits[number] = number``, on a table of our own that is an
upvalue of the chunk. A line has it where its statement begins; a branch (a test and the jump behind it) has
two, one on the way of the jump and one on the way past it::

    TEST  0            TEST  0
    JMP   to 5         JMP   to 8            8  SETTABUP hits 2 2   the jump was taken
    ...                SETTABUP hits 1 1     9  JMP to the old 5
                       ...                      it was not
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lua_engine.debugger.patching import Patch, add_upvalues, apply, is_passable, target_of
from lua_engine.debugger.statements import statement_places
from lua_engine.runtime import chunk as lua
from lua_engine.runtime.chunk import Function, field_c, opcode, read_chunk, write_chunk
from lua_engine.runtime.covering import Covering
from lua_engine.scripts.entries import Script

HITS = b"(hits)"
_CLOSURE = 37


@dataclass(frozen=True, slots=True)
class Point:
    """What can be reached. ``branch`` is 0 for a line, else the branch's number; ``way`` is 0 for going on, 1
    for the jump.
    """

    line: int
    branch: int = 0
    way: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A test on a line, and how many runs went each way."""

    line: int
    number: int
    ways: tuple[int, int]

    @property
    def is_covered(self) -> bool:
        return all(self.ways)


@dataclass(frozen=True, slots=True)
class ScriptCoverage:
    """One script: its lines with the number of runs that reached them, and its branches.

    ``script`` is ``function/todo``; ``file`` is relative to the site folder.
    """

    script: str
    file: str
    lines: Mapping[int, int]
    branches: tuple[Branch, ...]

    @property
    def missed_lines(self) -> tuple[int, ...]:
        return tuple(line for line, runs in self.lines.items() if not runs)

    @property
    def covered_branches(self) -> int:
        """Ways that were taken, of two for each branch."""
        return sum(bool(runs) for branch in self.branches for runs in branch.ways)


@dataclass(slots=True)
class _Collected:
    script: Script
    points: tuple[Point, ...]
    runs: list[int] = field(default_factory=list)


class Coverage:
    """What runs of scripts have reached since it was made. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._collected: dict[tuple[str, str], _Collected] = {}

    def covering(self, script: Script) -> Covering:
        """What a run of ``script`` is to carry."""
        bytecode, points = instrumented(script.bytecode)
        key = f"{script.kind}/{script.name}", script.version
        with self._lock:
            collected = self._collected.setdefault(key, _Collected(script, points, [0] * len(points)))

        def add(bits: bytes) -> None:
            with self._lock:
                for index, bit in enumerate(bits):
                    collected.runs[index] += bit == 0x31

        return Covering(bytecode, len(points), add)

    def of(self, script: Script, file: str) -> ScriptCoverage:
        """How much of ``script`` was reached; nothing of it when it never ran."""
        name = f"{script.kind}/{script.name}"
        collected = self._collected.get((name, script.version))
        points = instrumented(script.bytecode)[1]
        runs = collected.runs if collected is not None else [0] * len(points)
        lines: dict[int, int] = {}
        ways: dict[tuple[int, int], list[int]] = {}
        for point, count in zip(points, runs, strict=True):
            if point.branch:
                ways.setdefault((point.line, point.branch), [0, 0])[point.way] = count
            else:
                lines[point.line] = max(count, lines.get(point.line, 0))
        branches = tuple(
            Branch(line, number, (taken[0], taken[1])) for (line, number), taken in sorted(ways.items())
        )
        return ScriptCoverage(name, file, dict(sorted(lines.items())), branches)


@lru_cache(maxsize=256)
def instrumented(bytecode: bytes) -> tuple[bytes, tuple[Point, ...]]:
    """``bytecode`` that notes what it reaches, and what that is: point number 1 first."""
    main = read_chunk(bytecode)
    functions = main.everything()
    upvalues = add_upvalues(main, dict.fromkeys(range(len(functions)), (HITS,)))
    points: list[Point] = []
    branches = 0
    for number, function in enumerate(functions):
        marks = _Marks(function, upvalues[number][HITS], points, branches)
        branches = marks.put()
    return write_chunk(main, bytecode), tuple(points)


class _Marks:
    """The instructions of one function."""

    def __init__(self, function: Function, upvalue: int, points: list[Point], branches: int) -> None:
        self._function = function
        self._upvalue = upvalue
        self._points = points
        self._branches = branches
        self._register = function.registers
        self._takes_register = False

    def put(self) -> int:
        """Rewrite the function; answers the number of its last branch."""
        patch, code = Patch(), list(self._function.code)
        for place, line in _lines(self._function):
            patch.before[place] = self._mark(Point(line))
        for place in _branches(code):
            self._branches += 1
            line = self._function.lines[place]
            patch.falling[place + 2] = self._mark(Point(line, self._branches, 0))
            patch.jumping[place + 1] = self._mark(Point(line, self._branches, 1))
        apply(self._function, patch)
        if self._takes_register:
            self._function.registers += 1
        return self._branches

    def _mark(self, point: Point) -> list[int]:
        constant = self._function.number_constant(len(self._points) + 1)
        if constant <= lua.MAX_RK_CONSTANT:
            self._points.append(point)
            operand = constant + lua.MAX_RK_CONSTANT + 1
            return [lua.abc(lua.SETTABUP, self._upvalue, operand, operand)]
        if self._register + 1 > lua.MAX_REGISTERS:
            return []  # no room: it is not counted at all
        self._points.append(point)
        self._takes_register = True
        return [
            lua.abx(lua.LOADK, self._register, constant),
            lua.abc(lua.SETTABUP, self._upvalue, self._register, self._register),
        ]


def _lines(function: Function) -> Iterator[tuple[int, int]]:
    """Where a line's first statement begins, and the line; the ``end`` of a function is none."""
    seen: set[int] = set()
    last = len(function.code) - 1
    for place in sorted(statement_places(function)):
        line = function.lines[place]
        if opcode(function.code[place]) == _CLOSURE:
            line = function.children[function.code[place] >> 14].first_line
        if place == last or line in seen or not is_passable(function.code, place):
            continue
        seen.add(line)
        yield place, line


def _branches(code: list[int]) -> Iterator[int]:
    """The tests after which a script takes one of two ways; not those that only make a true or a false."""
    for place, instruction in enumerate(code[:-2]):
        if opcode(instruction) not in lua.TESTS or opcode(code[place + 1]) != lua.JMP:
            continue
        target = target_of(code, place + 1)
        makes_value = opcode(code[place + 2]) == lua.LOADBOOL and field_c(code[place + 2])
        if target is not None and not makes_value and is_passable(code, place + 2):
            yield place
