"""Where statements begin, found in the bytecode.

Between two statements no temporary value is alive: every register that will still be read belongs to a local.
A worked example, ``sort(list, function(a, b) ... end)`` over lines 3 to 6, with ``list`` in register 0::

    GETTABUP 1 "sort"     line 3   alive: 0              a statement begins
    MOVE     2 0          line 3   alive: 0, 1
    CLOSURE  3            line 6   alive: 0, 1, 2        in its midst, though the line is another
    CALL     1 3 1        line 3   alive: 0, 1, 2, 3     and here
    RETURN   0 1          line 7   alive: nothing        a statement begins

So a step goes from line 3 to line 7. See lopcodes.h of Lua 5.2 for what each instruction reads and writes.
"""

from __future__ import annotations

from lua_engine.debugger.patching import target_of
from lua_engine.runtime import chunk as lua
from lua_engine.runtime.chunk import Function, field_a, field_b, field_c, opcode

_WRITE_A = frozenset((0, 1, 2, 3, 5, 6, 7, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 37))
_READ_B = frozenset((0, 7, 12, 19, 20, 21, 28))  # a register in B
_READ_RK_B = frozenset((8, 10, 13, 14, 15, 16, 17, 18, 24, 25, 26))
_READ_RK_C = frozenset((6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 18, 24, 25, 26))
_READ_A = frozenset((9, 10, 27))
_LOADNIL, _SELF, _CONCAT, _TAILCALL, _RETURN, _CLOSURE = 4, 12, 22, 30, 31, 37


def statement_places(function: Function) -> frozenset[int]:
    """The places in ``function.code`` at which no temporary value is alive."""
    alive = _alive(function)
    locals_at = _locals_at(function)
    return frozenset(place for place, registers in enumerate(alive) if registers >> locals_at[place] == 0)


def statement_lines(main: Function) -> frozenset[tuple[int, int]]:
    """First line of a function (0: the chunk), line on which a statement of its begins; all of a chunk."""
    return frozenset(
        (function.first_line, function.lines[place])
        for function in main.everything()
        for place in statement_places(function)
    )


def _span(first: int, count: int) -> int:
    """The bits of ``count`` registers."""
    return ((1 << count) - 1) << first if count > 0 else 0


def _locals_at(function: Function) -> list[int]:
    counts = [0] * (len(function.code) + 1)
    for one in function.locals:
        counts[one.start] += 1
        counts[min(one.end, len(function.code))] -= 1
    total = 0
    for place, change in enumerate(counts):
        total += change
        counts[place] = total
    return counts


def _alive(function: Function) -> list[int]:
    """For each place, the registers whose values are still read from there on, as bits."""
    code = function.code
    effects = [_effect(function, instruction) for instruction in code]
    followers = [_followers(code, place) for place in range(len(code))]
    alive = [0] * len(code)
    is_settled = False
    while not is_settled:
        is_settled = True
        for place in range(len(code) - 1, -1, -1):
            reads, writes = effects[place]
            after = 0
            for following in followers[place]:
                after |= alive[following]
            now = reads | (after & ~writes)
            if now != alive[place]:
                alive[place], is_settled = now, False
    return alive


def _followers(code: list[int], place: int) -> list[int]:
    op = opcode(code[place])
    if op in (_RETURN, _TAILCALL):
        return []
    target = target_of(code, place)
    following = [place + 1]
    if op in (lua.JMP, lua.FORPREP):
        following = []
    if target is not None:
        following.append(target)
    if op in lua.TESTS or (op == lua.LOADBOOL and field_c(code[place])):
        following.append(place + 2)
    return [one for one in following if one < len(code)]


def _effect(function: Function, instruction: int) -> tuple[int, int]:
    """The registers that an instruction reads, and those that it surely writes."""
    op, a, b, c = opcode(instruction), field_a(instruction), field_b(instruction), field_c(instruction)
    top = function.registers
    reads = _span(a, 1) if op in _READ_A else 0
    writes = _span(a, 1) if op in _WRITE_A else 0
    if op in _READ_B or (op in _READ_RK_B and b <= lua.MAX_RK_CONSTANT):
        reads |= _span(b, 1)
    if op in _READ_RK_C and c <= lua.MAX_RK_CONSTANT:
        reads |= _span(c, 1)
    if op == _LOADNIL:
        writes |= _span(a, b + 1)
    elif op == _SELF:
        writes |= _span(a, 2)
    elif op == _CONCAT:
        reads = _span(b, c - b + 1)
    elif op in (lua.CALL, _TAILCALL):
        reads = _span(a, b if b else top - a)
        writes = _span(a, c - 1 if c else top - a)  # C 0: an open result, and nothing above it is kept
    elif op == _RETURN:
        reads = _span(a, b - 1 if b else top - a)
    elif op == lua.FORLOOP:
        reads, writes = _span(a, 3), _span(a + 3, 1)
    elif op == lua.FORPREP:
        reads = _span(a, 3)
    elif op == lua.TFORCALL:
        reads, writes = _span(a, 3), _span(a + 3, c)
    elif op == lua.TFORLOOP:
        reads = _span(a, 2)
    elif op == lua.SETLIST:
        reads = _span(a, b + 1 if b else top - a)
    elif op == lua.VARARG:
        writes = _span(a, b - 1 if b else top - a)
    elif op == _CLOSURE:
        child = function.children[instruction >> 14]
        for in_stack, index in child.upvalues:
            reads |= _span(index, 1) if in_stack else 0
    return reads, writes
