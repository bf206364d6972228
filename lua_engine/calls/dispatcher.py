"""From a request to the script that answers: which script, whether it may run now,
and what follows from it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lua_engine.api.services import Services
from lua_engine.base.errors import CallKilled, ErrorKind, StoreError
from lua_engine.base.events import Event, GroupClosed
from lua_engine.base.records import LogLine, Origin
from lua_engine.calls.call import Call
from lua_engine.calls.chat_line import parse_command, reply_of, truncate
from lua_engine.calls.closed_groups import ClosedGroups
from lua_engine.calls.gate import Gate
from lua_engine.calls.joined import joined
from lua_engine.calls.ratelimit import RateLimiter
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallError, CallResult
from lua_engine.calls.runner import CallRunner
from lua_engine.scripts.entries import Script
from lua_engine.scripts.scan import COMMAND, FUNCTION

OnGroupClosing = Callable[[str, str, CallResult], None]
"""Hears of ``on_group_close``: the call that closed the group, the group, and the result of the script."""


class Dispatcher:
    """The calls of one set of services. Thread-safe.

    ``adopt(call, cause)`` hears that ``call`` begins because of the call ``cause``; ``on_closing`` how
    ``on_group_close`` went.
    """

    def __init__(
        self,
        services: Services,
        runner: CallRunner,
        limiter: RateLimiter,
        gate: Gate,
        adopt: Callable[[str, str], None],
        on_closing: OnGroupClosing,
        *,
        is_dry: bool = False,
    ) -> None:
        self._services = services
        self._runner = runner
        self._limiter = limiter
        self._gate = gate
        self._adopt = adopt
        self._on_closing = on_closing
        self._is_dry = is_dry
        self._is_closed = False
        self._awaited: dict[str, Call] = {}
        self._closed_groups = ClosedGroups(self._announce_closed, self._complain)
        services.bus.subscribe(self._on_event, GroupClosed)

    def run(self, call: Call) -> CallResult:
        """Have it answered; never raises for what a script does. What it closed is told to the scripts before
        its answer, if the call's own time allows.
        """
        refused = None if self._is_closed else self._name_caller(call)
        if refused is not None:
            return self._runner.finish(refused)
        outer = self._await(call)
        try:
            if call.request.kind == "event":
                return self._emit_joined(call)
            return self._chat(call) if call.request.kind == "chat" else self._call(call)
        finally:
            self._end_await(call, outer)

    def run_settled(self, call: Call) -> CallResult:
        """The same, and every script has heard of every closed group, within twice the time of a call
        more.
        """
        with self._awaiting(call):
            result = self.run(call)
            call.deadline.grant(2 * self._seconds())
            self._closed_groups.wait(call.deadline)
        return result

    def emit(self, call: Call) -> tuple[CallResult, ...]:
        """Raise the event of ``call``; a result for each data function that defines it."""
        with self._awaiting(call):
            results = self._emit(call)
            call.deadline.grant()
            self._closed_groups.wait(call.deadline)
        return results

    def shut(self) -> None:
        """Answer ``busy`` from now on."""
        self._is_closed = True

    def close(self) -> None:
        """Drop what is still to be told; what runs is to be cancelled before."""
        self._is_closed = True
        self._closed_groups.close()

    # Which script

    def _call(self, call: Call) -> CallResult:
        refused = self._refusal(call)
        if refused is not None:
            return self._runner.finish(refused)
        name = call.request.target
        script = self._services.scripts.function(name)
        if script is None:
            broken = self._broken(call, FUNCTION, name)
            return self._runner.finish(
                broken or call.failed(ErrorKind.NOT_FOUND, f"function not found: {name}")
            )
        if not self._admit(call, script):
            return self._runner.finish(call.failed(ErrorKind.RATE_LIMIT, "rate limit exceeded"))
        return self._answer(call, script, "call")

    def _chat(self, call: Call) -> CallResult:
        command = parse_command(str(call.request.argument))
        if command is None:
            return call.result(ok=True)
        call.script = command.name
        refused = self._refusal(call)
        if refused is not None:
            return self._runner.finish(refused)
        script = self._services.scripts.command(command.name) or self._services.scripts.function(command.name)
        if script is None or (script.kind == "function" and "handle" not in script.entry_points):
            reply = truncate(f"Unknown command: {command.name}")
            broken = self._broken(call, COMMAND, command.name, reply)
            return self._runner.finish(broken or call.failed(ErrorKind.NOT_FOUND, reply, value=reply))
        if not self._admit(call, script):
            reply = "Rate limit exceeded. Try again later."
            return self._runner.finish(call.failed(ErrorKind.RATE_LIMIT, "rate limit exceeded", value=reply))
        return self._answer(call, script, "handle", command.rest)

    def _emit_joined(self, call: Call) -> CallResult:
        results = self.emit(call)
        if not results:
            message = f"no data function has a global function {call.request.target}"
            return call.failed(ErrorKind.NOT_FOUND, message)
        return joined(results)

    def _emit(self, call: Call) -> tuple[CallResult, ...]:
        results = []
        event, argument = call.request.target, str(call.request.argument or "")
        if self._services.settings().enabled and not self._is_closed:
            for script in self._services.scripts.functions_with(event):
                if call.is_cancelled:
                    break
                with call.part(script.name, self._seconds()) as part:
                    result = self._through_gate(part, script, event, argument)
                results.append(self._runner.finish(result))
        return tuple(results)

    def _broken(self, call: Call, kind: str, name: str, reply: str | None = None) -> CallResult | None:
        """The failure of a call to a script that has never compiled; None for any other."""
        problem = self._services.scripts.problem_of(kind, name)
        if problem is None:
            return None
        file = problem.file.rpartition("/")[2]
        place = f"{file}:{problem.line}" if problem.line else file
        flaw = "does not compile" if problem.line else "cannot be run"
        message = f"{name} {flaw}: {place}: {problem.message}"
        error = CallError(ErrorKind.SCRIPT, message, call.script, problem.line)
        return call.result(ok=False, error=error, value=reply)

    # Whether it may run now

    def _name_caller(self, call: Call) -> CallResult | None:
        """Fill in what is known of the caller; the refusal when data.db cannot be read."""
        try:
            call.caller = self._services.peers.complete(call.caller)
        except StoreError as error:
            why = str(error).replace(f"{self._services.folder.path}{os.sep}", "")
            return self._refusal(call) or call.failed(ErrorKind.BUSY, f"busy: {why}")
        return None

    def _refusal(self, call: Call) -> CallResult | None:
        if self._is_closed:
            return call.failed(ErrorKind.BUSY, "busy: the site is closed")
        if self._services.folder.is_gone:
            return call.failed(ErrorKind.BUSY, "busy: the site folder is gone")
        if self._services.settings().enabled:
            return None
        message = "Lua is disabled for this site: set lua.enabled to true in goop.json"
        return call.failed(ErrorKind.DISABLED, message)

    def _admit(self, call: Call, script: Script) -> bool:
        settings = self._services.settings()
        limit = settings.rate_limit_per_peer if script.rate_limit is None else script.rate_limit
        key = call.caller.id, f"{script.kind}/{script.name}", limit, settings.rate_limit_global
        admitted = not call.counts or self._limiter.admit(*key)
        call.rate = self._limiter.describe(*key, counted=call.counts and admitted and limit > 0)
        return admitted

    def _answer(self, call: Call, script: Script, entry: str, argument: str | None = None) -> CallResult:
        result = self._through_gate(call, script, entry, argument)
        if call.request.kind == "chat":
            result = reply_of(result)
        self._runner.finish(result)
        self._closed_groups.wait(call.deadline)
        return result

    def _through_gate(self, call: Call, script: Script, entry: str, argument: str | None) -> CallResult:
        self._runner.track(call)
        try:
            self._gate.enter(call.deadline, script.name)
            try:
                return self._runner.run(call, script, entry, argument)
            finally:
                self._gate.leave(call.deadline)
        except CallKilled as verdict:
            if verdict.kind is ErrorKind.TIMEOUT:
                return call.failed(ErrorKind.BUSY, "busy: the site is being changed")
            return call.cancelled()
        finally:
            self._runner.untrack(call)

    def _seconds(self) -> float:
        return self._services.settings().timeout_seconds

    # What follows from it

    @contextmanager
    def _awaiting(self, call: Call) -> Iterator[None]:
        """:meth:`_await` for a block."""
        outer = self._await(call)
        try:
            yield
        finally:
            self._end_await(call, outer)

    def _await(self, call: Call) -> Call | None:
        """Somebody waits for ``call``: what runs because of it holds up its clock while it is paused. Answers
        whom somebody waited for under that id before.
        """
        outer = self._awaited.get(call.id)
        self._awaited[call.id] = call
        return outer

    def _end_await(self, call: Call, outer: Call | None) -> None:
        if outer is None:
            self._awaited.pop(call.id, None)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, GroupClosed):
            self._closed_groups.add(event.group_id, event.origin)

    def _announce_closed(self, group_id: str, cause: str) -> None:
        if not self._services.settings().enabled or self._is_closed:
            return
        awaited = self._awaited.get(cause)
        for script in self._services.scripts.functions_with("on_group_close"):
            call = self._closing_call(group_id, awaited)
            call.script = script.name
            self._adopt(call.id, cause)
            result = self._through_gate(call, script, "on_group_close", group_id)
            self._on_closing(cause, group_id, self._runner.finish(result))

    def _closing_call(self, group_id: str, awaited: Call | None) -> Call:
        return Call(
            Request.event("on_group_close", group_id),
            self._runner.owner,
            self._seconds(),
            origin=Origin.EVENT,
            is_dry=self._is_dry,
            parent=awaited.deadline if awaited is not None else None,
        )

    def _complain(self, message: str) -> None:
        self._runner.publish_log(LogLine(time.time(), "error", message))
