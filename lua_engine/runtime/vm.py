"""One fresh sandboxed VM, for one call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lupa.lua52 as lua

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.runtime.bridge import Bridge, HostCalls
from lua_engine.runtime.convert import Token
from lua_engine.runtime.covering import Covering
from lua_engine.runtime.debugging import Debugging, debug_border
from lua_engine.runtime.prelude import Prelude
from lua_engine.sandbox.limits import MAX_DEPTH, MAX_JSON_BYTES, MAX_LOAD_BYTES, MAX_NODES, MAX_RESULT_BYTES


@dataclass(frozen=True, slots=True)
class Job:
    """What one run needs: ``params`` as tokens (kind ``call``, then ``argument`` is None) or a text
    (``chat``, ``event``).
    """

    bytecode: bytes
    is_probed: bool
    entry: str
    kind: str
    argument: bytes | None
    params: Sequence[Token]
    caller: Caller
    owner: Caller
    memory_limit: int  # bytes


WARNING = "!"
_seeds = random.Random()  # of the scripts' math.random


@dataclass(frozen=True, slots=True)
class Remark:
    """What a call is told besides its answer: ``id`` is :data:`WARNING`, or that of a portability note.

    ``line`` counts from 1 (0: unknown).
    """

    id: str
    line: int
    text: str


def remarks_of(text: bytes) -> tuple[Remark, ...]:
    """The remarks that a VM left (``sandbox/lua/remarks.lua``)."""
    if not text:
        return ()
    parts = (line.split("\t", 2) for line in text.decode("utf-8", "replace").split("\n"))
    return tuple(Remark(name, int(line), said) for name, line, said in parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. ``status`` is ``ok``, ``no_entry``, ``script``, ``conversion`` or the kind of a
    verdict.
    """

    status: str
    text: bytes
    line: int = 0
    traceback: str = ""
    peak_memory: int = 0  # bytes, sampled at every hook
    load_seconds: float = 0.0  # processor time of the script's top level
    raised_by: str = ""  # who raised an error on purpose: see CallError
    remarks: tuple[Remark, ...] = ()


def _refuse_attribute(*_: Any) -> Any:
    raise AttributeError("scripts cannot use Python attributes")


class Vm:
    """Used once, by one thread at a time. One that is made ``is_ahead`` of its call, while nobody waits, has
    the parts already that most calls need.
    """

    def __init__(self, prelude: Prelude, *, is_ahead: bool = False) -> None:
        self._runtime = lua.LuaRuntime(
            encoding=None,
            register_eval=False,
            register_builtins=False,
            unpack_returned_tuples=True,
            attribute_handlers=(_refuse_attribute, _refuse_attribute),
            max_memory=0,
        )
        self.bridge = Bridge(self._runtime)
        bridge = self.bridge
        self._debugger = prelude.debugger
        self._border = border = self._runtime.table_from(
            {
                b"poll": bridge.poll,
                b"arm": bridge.arm,
                b"pull": bridge.pull,
                b"emit": bridge.emit,
                b"dispatch": bridge.dispatch,
                b"parts": prelude.parts,
                b"directory": prelude.directory,
                b"is_ahead": is_ahead,
                b"max_depth": MAX_DEPTH,
                b"max_nodes": MAX_NODES,
                b"max_json_bytes": MAX_JSON_BYTES,
                b"max_result_bytes": MAX_RESULT_BYTES,
                b"max_load_bytes": MAX_LOAD_BYTES,
            }
        )
        self._run, self._end_hooks, self._verdict = self._runtime.execute(
            prelude.loader, prelude.main, border
        )
        self._base = int(self._runtime.get_memory_used(total=True))

    def run(
        self, job: Job, calls: HostCalls, deadline: Deadline, debugging: Debugging | Covering | None = None
    ) -> Outcome:
        """Run the job on this thread, to its end or the deadline's, or to where ``debugging`` stops it."""
        caller, owner = job.caller, job.owner
        limit = job.memory_limit
        if debugging is not None:
            limit += debugging.memory
            self._attach(debugging, limit)
        more, tokens = self.bridge.begin(calls, deadline, limit, job.params)
        argument = (more, *tokens) if job.argument is None else (job.argument,)
        try:
            answer = self._run(
                deadline.remaining(),
                job.memory_limit // 1024,
                self.bridge.arm_ahead(
                    len(job.bytecode) + sum(len(token) for token in argument if isinstance(token, bytes))
                ),
                _seeds.getrandbits(30) + 1,
                caller.id == owner.id,
                caller.id.encode("utf-8", "replace"),
                caller.label.encode("utf-8", "replace"),
                caller.email.encode("utf-8", "replace"),
                owner.id.encode("utf-8", "replace"),
                owner.label.encode("utf-8", "replace"),
                job.bytecode,
                job.is_probed,
                job.entry.encode(),
                job.kind.encode(),
                *argument,
            )
        except lua.LuaError as error:
            return self._after_error(error, job)
        status, text, line, trace, peak, load, raised_by, remarks = answer
        peak_bytes = job.memory_limit if status == b"memory" else max(0, int(peak * 1024) - self._base)
        text = self.bridge.result(text) if status == b"ok" else text
        return Outcome(
            status.decode(),
            text or b"",
            int(line),
            trace.decode("utf-8", "replace"),
            peak_bytes,
            load,
            raised_by.decode(),
            remarks_of(remarks),
        )

    def _after_error(self, error: Exception, job: Job) -> Outcome:
        """The run was left by an error that even the guard's own code met: ask for the verdict, with hooks
        and limit off.
        """
        self.bridge.lift()
        self._end_hooks()
        kind, line, trace, peak = self._verdict()
        if kind is None and isinstance(error, lua.LuaMemoryError):
            kind = b"memory"
        if kind is not None:
            peak_bytes = job.memory_limit if kind == b"memory" else int(peak * 1024)
            return Outcome(kind.decode(), b"", int(line), trace.decode("utf-8", "replace"), peak_bytes)
        return Outcome("script", str(error).encode("utf-8", "replace"))

    def _attach(self, debugging: Debugging | Covering, limit: int) -> None:
        if isinstance(debugging, Covering):
            border = debugging.border()
        else:
            border = debug_border(self._runtime, debugging, limit, lambda: self.bridge.host_seconds) | {
                b"debugger": self._debugger
            }
        border[b"lift"] = self.bridge.lift
        for name, value in border.items():
            self._border[name] = value

    def end(self) -> None:
        """The call is over: let go of everything that is the call's."""
        self.bridge.end()

    def close(self) -> None:
        """Give its memory back, on this thread; at the end of a call, or after :meth:`end`."""
        self.bridge.end()
        self._run = self._end_hooks = self._verdict = self._runtime = self._border = None
