"""One run of one script, from the thread that asks to the finished :class:`CallResult`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from lua_engine.api.binding import Host, HostFunction
from lua_engine.api.calls import ServedCalls
from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind
from lua_engine.base.events import LogRecorded
from lua_engine.base.records import LogLine, Origin, PortabilityNote
from lua_engine.base.secret_names import hides_secrets_of
from lua_engine.calls.about_caller import no_is_about_caller
from lua_engine.calls.call import Call
from lua_engine.calls.colliding import refuse_colliding
from lua_engine.calls.events import CallFinished
from lua_engine.calls.outcome import outcome_of
from lua_engine.calls.result import CallError, CallResult, Timings
from lua_engine.runtime.context import MAX_WARNINGS, RunContext, cut_line
from lua_engine.runtime.convert import ConversionError, Lossy, Token, flatten, lossy_warning, result_from_json
from lua_engine.runtime.covering import Covering
from lua_engine.runtime.debugging import Debugging
from lua_engine.runtime.heap import give_back
from lua_engine.runtime.pool import VmPool
from lua_engine.runtime.vm import WARNING, Job, Outcome
from lua_engine.runtime.workers import Busy, Workers
from lua_engine.sandbox.limits import GRACE_SECONDS
from lua_engine.scripts.entries import Script
from lua_engine.scripts.portability.met import notes_of_call
from lua_engine.site.config import LuaSettings
from lua_engine.store.database import Database

_CHUNK_NAME = 59  # characters of a script's file name that Lua keeps in its messages
_MESSAGES = {
    ErrorKind.TIMEOUT: "script timed out",
    ErrorKind.MEMORY: "script killed: memory limit exceeded",
    ErrorKind.CANCELLED: "the call was cancelled",
}
_WARNINGS = frozenset(
    {ErrorKind.NOT_FOUND, ErrorKind.NO_ENTRY_POINT, ErrorKind.RATE_LIMIT, ErrorKind.DISABLED}
)

DebuggingOf = Callable[[Call, Script, RunContext, Database], Debugging | Covering | None]
"""What debugs a run of a script; None: nobody does."""


def _nobody(_call: Call, _script: Script, _run: RunContext, _database: Database) -> None:
    return None


class CallRunner:
    """Runs scripts on worker threads, each in a fresh VM, and tells the bus."""

    def __init__(
        self,
        services: Services,
        pool: VmPool,
        functions: Sequence[HostFunction],
        owner: Callable[[], Caller],
        debugging: DebuggingOf = _nobody,
    ) -> None:
        self._services = services
        self._pool = pool
        self._functions = functions
        self._owner = owner
        self._debugging = debugging
        self._workers = Workers()
        self._running: dict[str, Call] = {}

    @property
    def owner(self) -> Caller:
        """The site's owner, as scripts see them."""
        return self._owner()

    @property
    def abandoned(self) -> int:
        """Threads that were given up and still run."""
        return self._workers.abandoned

    @property
    def is_busy(self) -> bool:
        """Some thread still runs a script, given up or not."""
        return self._workers.is_busy

    def running(self) -> tuple[Call, ...]:
        """The calls under way."""
        return tuple(self._running.values())

    def cancel_all(self) -> None:
        """End every call under way."""
        for call in self.running():
            call.cancel()

    def track(self, call: Call) -> None:
        """``call`` is under way, until :meth:`untrack`."""
        self._running[call.id] = call

    def untrack(self, call: Call) -> None:
        self._running.pop(call.id, None)

    def close(self) -> None:
        """End every call and every thread."""
        self.cancel_all()
        self._workers.close()

    def run(self, call: Call, script: Script, entry: str, argument: str | None = None) -> CallResult:
        """Run ``entry`` of ``script``; always answers, at most 0.25 s after the deadline. ``argument`` is the
        text of a chat or an event; a call has its params.
        """
        settings = self._services.settings()
        warnings: list[str] = []
        try:
            tokens, text = _arguments(
                call, argument, lambda place, value: warnings.append(lossy_warning(place, value))
            )
        except ConversionError as error:
            return call.failed(ErrorKind.CONVERSION, str(error))
        run = self._context(call, warnings)
        limit = settings.max_memory_mb * 1024 * 1024
        debugging = self._debugging(call, script, run, self._services.database)
        # A debugger shows the script as it is written, and a visitor's page shows no notes: no probes there.
        is_watched = debugging is None and call.origin is not Origin.PAGE
        probed = script.probed if is_watched else None
        plain = script.bytecode if debugging is None else debugging.bytecode
        bytecode, is_probed = probed or plain, probed is not None
        grace = GRACE_SECONDS if debugging is None else debugging.grace
        job = Job(bytecode, is_probed, entry, call.request.kind, text, tokens, call.caller, run.owner, limit)
        self.track(call)
        try:
            result = self._workers.run(
                lambda: self._on_worker(call, script, job, run, debugging), call.deadline, grace
            )
        except Busy as error:
            return call.failed(ErrorKind.BUSY, f"busy: {error}")
        finally:
            self.untrack(call)
        return self._given_up(call, run, settings) if result is None else result

    def publish_log(self, line: LogLine) -> None:
        """Tell the bus of a log line."""
        self._services.bus.publish(LogRecorded(line))

    def finish(self, result: CallResult) -> CallResult:
        """Announce a result: its error, if any, in the log, and the call itself."""
        if result.error is not None:
            self.publish_log(_error_line(result, result.error))
        self._services.bus.publish(CallFinished(result))
        return result

    def _context(self, call: Call, warnings: Sequence[str]) -> RunContext:
        return RunContext(
            call.id,
            call.script,
            call.request.kind,
            call.caller,
            self._owner(),
            call.deadline,
            self.publish_log,
            is_dry=call.is_dry,
            origin=call.origin,
            hide=hides_secrets_of(call.request.argument),
            warnings=dict.fromkeys(warnings[:MAX_WARNINGS]),
        )

    def _given_up(self, call: Call, run: RunContext, settings: LuaSettings) -> CallResult:
        """Its thread runs on, in one long step; every host call is refused from now on."""
        call.deadline.revoke(ErrorKind.TIMEOUT)
        error = _failure(call, Outcome(call.deadline.kind.value, b""), settings)
        return call.result(
            ok=False, error=error, logs=tuple(run.logs), sql=tuple(run.sql), effects=tuple(run.effects)
        )

    def _on_worker(
        self, call: Call, script: Script, job: Job, run: RunContext, debugging: Debugging | Covering | None
    ) -> CallResult:
        waited = call.seconds()
        host = Host(run, self._services)
        vm, size = self._pool.take(), job.memory_limit  # the size of a run that nothing is known of
        try:
            begun, paused = time.perf_counter(), run.deadline.paused_seconds
            outcome = vm.run(job, ServedCalls(host, self._functions), run.deadline, debugging)
            spent = time.perf_counter() - begun - (run.deadline.paused_seconds - paused)
            run.host_seconds = vm.bridge.host_seconds
            size = outcome.peak_memory
        finally:
            self._pool.give_back(vm, size)
        give_back(size)
        notes = _hear(outcome, run, self._services.scripts.notes(script))
        value = result_from_json(outcome.text) if outcome.status == "ok" and outcome.text else None
        in_lua = max(0.0, spent - run.host_seconds)
        load = min(outcome.load_seconds, in_lua)
        return call.result(
            ok=outcome.status == "ok",
            value=value,
            value_bytes=len(outcome.text) if outcome.status == "ok" else 0,
            error=_failure(call, outcome, self._services.settings()) if outcome.status != "ok" else None,
            logs=tuple(run.logs),
            sql=tuple(run.sql),
            effects=tuple(run.effects),
            warnings=tuple(run.warnings),
            notes=notes,
            peak_memory=outcome.peak_memory,
            timings=Timings(call.seconds(), waited, load, in_lua - load, run.sql_seconds, run.host_seconds),
            about_caller=no_is_about_caller(
                script, outcome.status, outcome.text, value, checked_role=run.checked_role
            ),
        )


def _hear(
    outcome: Outcome, run: RunContext, in_text: Sequence[PortabilityNote]
) -> tuple[PortabilityNote, ...]:
    """Warn the call of what the VM warned of; answers the portability notes."""
    for remark in outcome.remarks:
        if remark.id == WARNING:
            run.warn(remark.text)
    met = ((one.id, one.line, one.text) for one in outcome.remarks if one.id != WARNING)
    return notes_of_call(in_text, met)


def _arguments(call: Call, argument: str | None, lossy: Lossy) -> tuple[list[Token], bytes | None]:
    if argument is None:
        tokens = flatten(call.request.argument, "params", lossy)
        refuse_colliding(tokens)
        return tokens, None
    return [], argument.encode("utf-8", "replace")


def _error_line(result: CallResult, error: CallError) -> LogLine:
    text = error.message + (f" ({error.detail})" if error.detail else "")
    place = f"{error.script}.lua:{error.line}"
    if error.line and not text.startswith(f"{error.script}.lua:") and f" {place}:" not in text:
        text = f"{place}: {text}"
    return LogLine(
        time.time(),
        "warn" if error.kind in _WARNINGS or outcome_of(result) == "refused" else "error",
        cut_line(hides_secrets_of(result.request.argument)(text)),
        result.script,
        result.caller,
        result.call_id,
        result.is_dry,
        result.origin,
    )


def _failure(call: Call, outcome: Outcome, settings: LuaSettings) -> CallError:
    if outcome.status == "no_entry":
        entry = {"call": "call", "chat": "handle"}.get(call.request.kind, call.request.target)
        return CallError(
            ErrorKind.NO_ENTRY_POINT, f"function {call.script} does not support {entry}()", call.script
        )
    kind = ErrorKind(outcome.status)
    message = _MESSAGES.get(kind) or outcome.text.decode("utf-8", "replace")
    line = outcome.line or _line_of(call.script, message) or _line_of(call.script, outcome.traceback)
    raised_by = outcome.raised_by if kind is ErrorKind.SCRIPT else ""
    return CallError(kind, message, call.script, line, outcome.traceback, _limit(kind, settings), raised_by)


def _line_of(script: str, text: str) -> int:
    """The line of ``script`` that ``text`` begins with; 0 when it begins with none."""
    place = re.match(re.escape(f"{script}.lua"[:_CHUNK_NAME]) + r":(\d+):", text)
    return int(place[1]) if place else 0


def _limit(kind: ErrorKind, settings: LuaSettings) -> str:
    """Which limit ended the call, and which key sets it."""
    if kind is ErrorKind.TIMEOUT:
        return f"the limit is {settings.timeout_seconds:g} s: lua.timeout_seconds"
    if kind is ErrorKind.MEMORY:
        return f"the limit is {settings.max_memory_mb} MB: lua.max_memory_mb"
    return ""
