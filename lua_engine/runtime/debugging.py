"""The debugger's end of a VM: what Lua may call while a call is debugged (``lua/debug_*.lua``).

As in ``bridge.py``: these callables never raise and answer scalars only, and the memory limit is lifted
before an answer is pushed. Lua imposes it again when the call goes on.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any, Protocol

from lua_engine.base.lua_files import read_lua

_log = logging.getLogger("goop.debugger")
_PARTS = (
    "values",
    "stack",
    "coroutines",
    "outer",
    "evaluate",
    "margin",
    "record",
    "past",
    "border",
    "tables",
    "breakpoints",
    "steps",
    "verbs",
    "stop",
)  # each one may use those before it
_SURROGATE = re.compile("[\udc80-\udcff]")

EVALUATION_MEMORY = 8 * 1024 * 1024
"""Bytes that an evaluation may take on top of what the call holds."""

Scalar = str | bytes | int | float | bool | None


class Debugging(Protocol):
    """What debugs one call; on the call's own thread."""

    @property
    def bytecode(self) -> bytes:
        """The script's, with the calls of the debugger in it."""
        ...

    @property
    def upvalues(self) -> tuple[bytes, ...]:
        """That the bytecode wants, see ``debugger/instrument.py``."""
        ...

    @property
    def statements(self) -> bytes:
        """Where statements begin, ``function:line`` with commas between: a step stops at no other line."""
        ...

    @property
    def chunk_name(self) -> str: ...

    @property
    def records(self) -> bool: ...

    @property
    def memory(self) -> int:
        """Bytes that the call may take on top of its own limit, for the recording."""
        ...

    @property
    def grace(self) -> float:
        """Seconds past the deadline in which the call may stop there, before it is given up."""
        ...

    def pass_by(self) -> None:
        """It does not stop: there was no room to."""
        ...

    def halt(self) -> None:
        """The call begins to stop: from here on its time stands."""
        ...

    def recorded(self, host_seconds: float) -> None:
        """The call was recorded since it was said last, or since it went on; ``host_seconds`` are those that
        all its host functions took so far.
        """
        ...

    def exchange(self, message: dict[str, Any]) -> tuple[Scalar, ...]:
        """Hear ``message`` and answer with a verb and its arguments; blocks while the call is stopped."""
        ...

    def say(self, message: dict[str, Any]) -> None:
        """Hear ``message``."""
        ...

    def wish(self) -> int:
        """0: nothing, 1: stop as soon as you can, 2: there are other breakpoints."""
        ...

    def instrument(self, bytecode: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """A text that the script loads, with the calls that a recording needs; and their upvalues."""
        ...


def debugger_source() -> str:
    """Lua source of the debugger: a chunk ``(guard, G)``, which sets ``guard.debugger``."""
    texts = (read_lua("lua_engine.runtime", f"debug_{name}") for name in _PARTS)
    head = (
        "local guard, G = ...\nlocal _ENV = guard.real\nlocal D = {}\n"
        "local getinfo, real_load, real_pcall = guard.getinfo, guard.real_load, guard.real_pcall\n"
    )
    return head + "".join(f"do\n{text}end\n" for text in texts)


def parsed(text: bytes) -> dict[str, Any]:
    """A message of Lua's. Bytes that are no UTF-8 come as ``\\ddd``, as Lua writes them."""
    message: dict[str, Any] = json.loads(
        _SURROGATE.sub(lambda found: f"\\\\{ord(found[0]) - 0xDC00}", text.decode("utf-8", "surrogateescape"))
    )
    return message


def _scalar(value: Scalar) -> Scalar:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value


def debug_border(
    runtime: Any, debugging: Debugging, limit: int, host_seconds: Callable[[], float]
) -> dict[bytes, Any]:
    """What is added to the border's table; ``limit`` is the call's memory limit in bytes."""

    def exchange(text: bytes) -> tuple[Scalar, ...]:
        runtime.set_max_memory(0)
        try:
            return tuple(map(_scalar, debugging.exchange(parsed(text))))
        except BaseException:  # noqa: BLE001  # whatever it is, it must not reach lupa; it is logged in full
            _log.exception("the debugger failed")
            return (b"end",)

    def halt() -> None:
        runtime.set_max_memory(0)
        _logged(debugging.halt)

    def pass_by() -> None:
        _logged(debugging.pass_by)

    def recorded() -> None:
        _logged(lambda: debugging.recorded(host_seconds()))

    def say(text: bytes) -> None:
        runtime.set_max_memory(0)
        _logged(lambda: debugging.say(parsed(text)))

    def wish() -> int:
        return debugging.wish()

    def instrument(bytecode: bytes) -> tuple[bytes, bytes]:
        runtime.set_max_memory(0)
        try:
            changed, names = debugging.instrument(bytecode)
        except ValueError:
            _log.exception("a loaded text could not be instrumented")
            return bytecode, b""
        return changed, b",".join(names)

    def evaluating(is_begun: bool) -> None:
        used = runtime.get_memory_used(total=True)
        runtime.set_max_memory(used + EVALUATION_MEMORY if is_begun else 0, total=True)

    return {
        b"halt": halt,
        b"pass_by": pass_by,
        b"recorded": recorded,
        b"exchange": exchange,
        b"say": say,
        b"wish": wish,
        b"instrument": instrument,
        b"evaluating": evaluating,
        b"upvalues": b",".join(debugging.upvalues),
        b"statements": debugging.statements,
        b"chunk_name": debugging.chunk_name.encode(),
        b"wants_writes": debugging.records,
        b"crowded": limit / 1024 * 0.9,
    }


def _logged(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001  # as above
        _log.exception("the debugger failed")
