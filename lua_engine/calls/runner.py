"""One run of one script, from the thread that asks to the finished :class:`CallResult`."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lua_engine.api.binding import Host, HostFunction
from lua_engine.api.calls import ServedCalls
from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import ErrorKind
from lua_engine.base.events import CallFinished, LogRecorded
from lua_engine.base.results import CallError, CallResult, LogLine, PortabilityNote, RateState, Timings
from lua_engine.runtime.context import MAX_WARNINGS, RunContext, cut_line
from lua_engine.runtime.convert import ConversionError, Lossy, Token, flatten, lossy_warning, result_from_json
from lua_engine.runtime.pool import VmPool
from lua_engine.runtime.vm import WARNING, Job, Outcome
from lua_engine.runtime.workers import Busy, Workers
from lua_engine.scripts.portability.met import notes_of_call
from lua_engine.scripts.registry import Script
from lua_engine.site.config import LuaSettings

_PLACE = re.compile(r"^(?P<script>[\w-]+)\.lua:(?P<line>\d+):")
_MESSAGES = {
    ErrorKind.TIMEOUT: "script timed out",
    ErrorKind.MEMORY: "script killed: memory limit exceeded",
    ErrorKind.CANCELLED: "the call was cancelled",
}


class Call:
    """What is known of a call before it runs."""

    def __init__(
        self,
        kind: str,
        script: str,
        caller: Caller,
        params: Any,
        call_id: str = "",
        *,
        deadline: Deadline,
    ) -> None:
        self.deadline = deadline
        self.id = call_id or uuid.uuid4().hex[:12]
        self.kind = kind
        self.script = script
        self.caller = caller
        self.params = params
        self.rate: RateState | None = None
        self.started_at = time.time()
        self._clock = time.perf_counter()

    def seconds(self) -> float:
        """Since it was made, without the time that it was paused."""
        return time.perf_counter() - self._clock - self.deadline.paused_seconds

    def failed(self, kind: ErrorKind, message: str, **more: Any) -> CallResult:
        """The result of a call that never ran."""
        error = CallError(kind, message, self.script, detail=more.pop("detail", ""))
        return self.result(ok=False, error=error, **more)

    def result(self, **fields: Any) -> CallResult:
        """A result with what is known already."""
        fields.setdefault("timings", Timings(total=self.seconds()))
        fields.setdefault("rate", self.rate)
        return CallResult(
            self.id,
            self.kind,
            self.script,
            self.caller,
            started_at=self.started_at,
            params=self.params,
            **fields,
        )


class CallRunner:
    """Runs scripts on worker threads, each in a fresh VM, and tells the bus."""

    def __init__(
        self,
        services: Services,
        pool: VmPool,
        functions: Sequence[HostFunction],
        owner: Callable[[], Caller],
        *,
        is_dry: bool = False,
    ) -> None:
        self._services = services
        self._is_dry = is_dry
        self._pool = pool
        self._functions = functions
        self._owner = owner
        self._workers = Workers()
        self._running: dict[str, Deadline] = {}

    @property
    def owner(self) -> Caller:
        """The site's owner, as scripts see them."""
        return self._owner()

    @property
    def abandoned(self) -> int:
        """Threads that were given up and still run."""
        return self._workers.abandoned

    def running(self) -> tuple[str, ...]:
        """Ids of the calls under way."""
        return tuple(self._running)

    def cancel(self, call_id: str) -> bool:
        """End a running call; False when there is none of that id."""
        deadline = self._running.get(call_id)
        if deadline is None:
            return False
        deadline.revoke(ErrorKind.CANCELLED)
        return True

    def cancel_all(self) -> None:
        """End every call under way."""
        for deadline in list(self._running.values()):
            deadline.revoke(ErrorKind.CANCELLED)

    @contextmanager
    def tracking(self, call: Call) -> Iterator[None]:
        """``call`` is under way, and can be cancelled, inside the block."""
        self._running[call.id] = call.deadline
        try:
            yield
        finally:
            self._running.pop(call.id, None)

    def close(self) -> None:
        """End every call and every thread."""
        self.cancel_all()
        self._workers.close()

    def run(self, call: Call, script: Script, entry: str) -> CallResult:
        """Run ``entry`` of ``script``; always answers, at most 0.25 s after the deadline."""
        settings = self._services.settings()
        warnings: list[str] = []
        try:
            tokens, argument = self._arguments(
                call, lambda place, value: warnings.append(lossy_warning(place, value))
            )
        except ConversionError as error:
            return call.failed(ErrorKind.CONVERSION, str(error))
        run = RunContext(
            call.id,
            call.script,
            call.kind,
            call.caller,
            self._owner(),
            call.deadline,
            self.publish_log,
            is_dry=self._is_dry,
            warnings=dict.fromkeys(warnings[:MAX_WARNINGS]),
        )
        job = Job(
            script.bytecode,
            entry,
            call.kind,
            argument,
            tokens,
            call.caller,
            run.owner,
            settings.max_memory_mb * 1024 * 1024,
        )
        try:
            with self.tracking(call):
                result = self._workers.run(lambda: self._on_worker(call, script, job, run), call.deadline)
        except Busy as error:
            return call.failed(ErrorKind.BUSY, f"busy: {error}")
        if result is None:
            call.deadline.revoke(ErrorKind.TIMEOUT)
            failure = _failure(call, Outcome(call.deadline.kind.value, b""), settings)
            return call.result(
                ok=False, error=failure, logs=tuple(run.logs), sql=tuple(run.sql), effects=tuple(run.effects)
            )
        return result

    def publish_log(self, line: LogLine) -> None:
        """Tell the bus of a log line."""
        self._services.bus.publish(LogRecorded(line, self._is_dry))

    def finish(self, result: CallResult) -> CallResult:
        """Announce a result: its error, if any, in the log, and the call itself."""
        error = result.error
        if error is not None:
            refused = error.kind in (
                ErrorKind.NOT_FOUND,
                ErrorKind.NO_ENTRY_POINT,
                ErrorKind.RATE_LIMIT,
                ErrorKind.DISABLED,
            )
            text = error.message + (f" ({error.detail})" if error.detail else "")
            if error.line and not text.startswith(f"{error.script}.lua:"):
                text = f"{error.script}.lua:{error.line}: {text}"
            self.publish_log(
                LogLine(
                    time.time(),
                    "warn" if refused else "error",
                    cut_line(text),
                    result.script,
                    result.caller,
                    result.call_id,
                )
            )
        self._services.bus.publish(CallFinished(result, self._is_dry))
        return result

    @staticmethod
    def _arguments(call: Call, lossy: Lossy) -> tuple[list[Token], bytes | None]:
        if call.kind == "call":
            return flatten(call.params, "params", lossy), None
        return [], str(call.params).encode("utf-8", "replace")

    def _on_worker(self, call: Call, script: Script, job: Job, run: RunContext) -> CallResult:
        waited = call.seconds()
        host = Host(run, self._services)
        vm = self._pool.take()
        try:
            begun = time.perf_counter()
            outcome = vm.run(job, ServedCalls(host, self._functions), run.deadline)
            spent = time.perf_counter() - begun
            run.host_seconds = vm.bridge.host_seconds
        finally:
            vm.close()
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


def _failure(call: Call, outcome: Outcome, settings: LuaSettings) -> CallError:
    if outcome.status == "no_entry":
        entry = {"call": "call", "chat": "handle"}.get(call.kind, call.kind)
        return CallError(
            ErrorKind.NO_ENTRY_POINT, f"function {call.script} does not support {entry}()", call.script
        )
    kind = ErrorKind(outcome.status)
    if kind is ErrorKind.TIMEOUT:
        detail = f"the limit is {settings.timeout_seconds:g} s: lua.timeout_seconds"
    elif kind is ErrorKind.MEMORY:
        detail = f"the limit is {settings.max_memory_mb} MB: lua.max_memory_mb"
    else:
        detail = ""
    message = _MESSAGES.get(kind) or outcome.text.decode("utf-8", "replace")
    place = _PLACE.match(message) or _PLACE.match(outcome.traceback)
    line = outcome.line or (int(place["line"]) if place and place["script"] == call.script else 0)
    raised_by = outcome.raised_by if kind is ErrorKind.SCRIPT else ""
    return CallError(kind, message, call.script, line, outcome.traceback, detail, raised_by)
