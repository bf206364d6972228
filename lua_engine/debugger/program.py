"""What a debugged call runs: a script's bytecode with calls of ours at its breakpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from lua_engine.debugger import wire
from lua_engine.debugger.binding import bind
from lua_engine.debugger.breakpoints import Breakpoint
from lua_engine.debugger.instrument import Instrumented, instrument, stop_lines
from lua_engine.debugger.messages import Margin
from lua_engine.debugger.outer_names import outer_names
from lua_engine.debugger.statements import statement_lines
from lua_engine.runtime.chunk import read_chunk
from lua_engine.scripts.entries import Script

Wanted = Callable[[Script], tuple[Breakpoint, ...]]
"""The breakpoints that a session stops at in a script."""


@lru_cache(maxsize=64)
def _instrumented(bytecode: bytes, lines: frozenset[int], with_writes: bool) -> Instrumented:
    return instrument(bytecode, lines, with_writes=with_writes)


@lru_cache(maxsize=64)
def stops_of(bytecode: bytes) -> frozenset[int]:
    """The lines of a script that can stop."""
    return stop_lines(bytecode)


@lru_cache(maxsize=64)
def _statements(bytecode: bytes) -> frozenset[tuple[int, int]]:
    return statement_lines(read_chunk(bytecode))


@dataclass(frozen=True, slots=True)
class Program:
    """Made once for each run. ``prepared`` are the lines that have a call in ``bytecode``; others that were
    asked for meanwhile need the hook.
    """

    script: Script
    bytecode: bytes
    upvalues: tuple[bytes, ...]
    stops: frozenset[int]
    prepared: frozenset[int]
    bound: tuple[tuple[int, Breakpoint], ...]
    wanted: Wanted

    @classmethod
    def of(cls, script: Script, wanted: Wanted, *, with_writes: bool) -> Program:
        """``with_writes``: table writes are recorded."""
        stops = stops_of(script.bytecode)
        bound = _bound(script, stops, wanted(script))
        lines = frozenset(line for line, _ in bound)
        instrumented = _instrumented(script.bytecode, lines, with_writes)
        prepared = lines - instrumented.unreached
        return cls(script, instrumented.bytecode, instrumented.upvalues, stops, prepared, bound, wanted)

    def with_breakpoints(self) -> Program:
        """The same run, with the breakpoints of now."""
        return replace(self, bound=_bound(self.script, self.stops, self.wanted(self.script)))

    def text(self) -> str:
        """The breakpoints, for Lua."""
        lines = frozenset(line for line, _ in self.bound)
        return wire.breakpoint_text(self.bound, lines - self.prepared)

    def outer_names(self, first_line: int, last_line: int) -> tuple[str, str]:
        """Names that a function of the script could use and does not, with commas between: of the functions
        around it, of the script.
        """
        found = outer_names(read_chunk(self.script.bytecode), self.script.text, first_line, last_line)
        return ",".join(found.of_functions), ",".join(found.of_script)

    def why_unreached(self, line: int, margin: Margin | None) -> str:
        """Why a run did not come to ``line``; ``margin`` says what it came to."""
        functions = read_chunk(self.script.bytecode).everything()
        around = [one for one in functions if one.first_line and one.first_line <= line <= one.last_line]
        if margin is None or margin.is_partial or not around:
            return f"line {line} was never reached"
        inner = max(around, key=lambda one: one.first_line)
        own = set(inner.lines) - {inner.first_line, inner.last_line}
        if inner.first_line == inner.last_line or any(one.line in own for one in margin.lines):
            return f"line {line} was never reached, though its function ran"
        return f"line {line} was never reached: the function at line {inner.first_line} was not called"

    @property
    def statements(self) -> bytes:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        return b",".join(b"%d:%d" % place for place in sorted(_statements(self.script.bytecode)))

    @staticmethod
    def instrument_loaded(bytecode: bytes, *, with_writes: bool) -> tuple[bytes, tuple[bytes, ...]]:
        """A text that the script loads; ``with_writes``: with the calls that a recording needs."""
        instrumented = instrument(bytecode, (), with_writes=with_writes)
        return instrumented.bytecode, instrumented.upvalues


def _bound(
    script: Script, stops: frozenset[int], wanted: tuple[Breakpoint, ...]
) -> tuple[tuple[int, Breakpoint], ...]:
    found: dict[int, Breakpoint] = {}
    for one in wanted:
        binding = bind(script.text, stops, one.line)
        if binding.is_bound:
            found.setdefault(binding.line, one)
    return tuple(sorted(found.items()))
