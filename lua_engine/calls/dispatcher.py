"""From what somebody asks for to the script that answers: which script, whether it may run now, and what
follows from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind
from lua_engine.base.events import Event, GroupClosed
from lua_engine.base.results import CallResult, LogLine
from lua_engine.calls.chat_line import parse_command, reply_of, truncate
from lua_engine.calls.closed_groups import ClosedGroups
from lua_engine.calls.gate import Gate
from lua_engine.calls.ratelimit import RateLimiter
from lua_engine.calls.runner import Call, CallRunner
from lua_engine.scripts.registry import Script

Told = Callable[[str, str, CallResult], None]
"""Hears of ``on_group_close``: the call that closed the group, the group, and the result of the script that
was told.
"""


class Dispatcher:
    """The calls of one set of services. Thread-safe.

    ``adopt(call, cause)`` is told that ``call`` begins because of the call ``cause``; ``told`` how
    ``on_group_close`` went.
    """

    def __init__(
        self,
        services: Services,
        runner: CallRunner,
        limiter: RateLimiter,
        gate: Gate,
        adopt: Callable[[str, str], None],
        told: Told,
    ) -> None:
        self._services = services
        self._runner = runner
        self._limiter = limiter
        self._gate = gate
        self._adopt = adopt
        self._told = told
        self._is_closed = False
        self._waited_for: dict[str, Deadline] = {}
        self._closed_groups = ClosedGroups(self._tell_closed, self._complain)
        services.bus.subscribe(self._on_event)

    def call(
        self, function: str, params: Any, caller: Caller, *, count_rate: bool, call_id: str = ""
    ) -> CallResult:
        """Call a data function; see ``Engine.call``."""
        call = self._made("call", function, caller, {} if params is None else params, call_id)
        refused = self._refusal(call)
        if refused is not None:
            return self._runner.finish(refused)
        script = self._services.scripts.function(function)
        if script is None:
            return self._runner.finish(call.failed(ErrorKind.NOT_FOUND, f"function not found: {function}"))
        if not self._admit(call, script, count_rate):
            return self._runner.finish(call.failed(ErrorKind.RATE_LIMIT, "rate limit exceeded"))
        return self._run(call, script, "call")

    def chat(self, text: str, caller: Caller, *, count_rate: bool, call_id: str = "") -> CallResult:
        """Hand over a chat message; see ``Engine.chat``."""
        command = parse_command(text)
        name, rest = (command.name, command.rest) if command else ("", text)
        call = self._made("chat", name, caller, rest, call_id)
        if command is None:
            return call.result(ok=True)
        refused = self._refusal(call)
        if refused is not None:
            return self._runner.finish(refused)
        script = self._services.scripts.command(command.name) or self._services.scripts.function(command.name)
        if script is None or (script.kind == "function" and "handle" not in script.entry_points):
            reply = f"Unknown command: {command.name}"
            return self._runner.finish(call.failed(ErrorKind.NOT_FOUND, reply, value=truncate(reply)))
        if not self._admit(call, script, count_rate):
            reply = "Rate limit exceeded. Try again later."
            return self._runner.finish(call.failed(ErrorKind.RATE_LIMIT, "rate limit exceeded", value=reply))
        return self._run(call, script, "handle")

    def emit(self, event: str, argument: str, owner: Caller, *, call_id: str = "") -> tuple[CallResult, ...]:
        """Run the global function ``event`` of every data function that has it, as the owner."""
        results = self._emit(event, argument, owner, call_id)
        self._closed_groups.wait(self._deadline())
        return results

    def settle(self, call_id: str) -> bool:
        """Whether every script was told of what ``call_id`` closed, within twice the time of a call."""
        deadline = Deadline(2 * self._services.settings().timeout_seconds)
        with self._waiting_for(call_id, deadline):
            return self._closed_groups.wait(deadline)

    def shut(self) -> None:
        """Answer ``busy`` from now on."""
        self._is_closed = True

    def close(self) -> None:
        """Drop what is still to be told; what runs is to be cancelled before."""
        self._is_closed = True
        self._closed_groups.close()

    # Parts

    def _made(self, kind: str, name: str, caller: Caller, argument: Any, call_id: str) -> Call:
        complete = caller if self._is_closed else self._services.peers.complete(caller)
        return Call(kind, name, complete, argument, call_id, deadline=self._deadline())

    def _refusal(self, call: Call) -> CallResult | None:
        if self._is_closed:
            return call.failed(ErrorKind.BUSY, "busy: the site is closed")
        if self._services.folder.is_gone:
            return call.failed(ErrorKind.BUSY, "busy: the site folder is gone")
        if self._services.settings().enabled:
            return None
        message = "Lua is disabled for this site: set lua.enabled to true in goop.json"
        return call.failed(ErrorKind.DISABLED, message)

    def _admit(self, call: Call, script: Script, count_rate: bool) -> bool:
        settings = self._services.settings()
        limit = settings.rate_limit_per_peer if script.rate_limit is None else script.rate_limit
        key = call.caller.id, f"{script.kind}/{script.name}", limit, settings.rate_limit_global
        admitted = not count_rate or self._limiter.admit(*key)
        call.rate = self._limiter.describe(*key, counted=count_rate and admitted and limit > 0)
        return admitted

    def _run(self, call: Call, script: Script, entry: str) -> CallResult:
        with self._waiting_for(call.id, call.deadline):
            result = self._through_gate(call, script, entry)
            if call.kind == "chat":
                result = reply_of(result)
            self._runner.finish(result)
            # What this call closed is told before its answer, if the call's own time allows.
            self._closed_groups.wait(call.deadline)
        return result

    def _through_gate(self, call: Call, script: Script, entry: str) -> CallResult:
        try:
            with self._runner.tracking(call), self._gate.passing(call.deadline, script.name):
                return self._runner.run(call, script, entry)
        except CallKilled as verdict:
            if verdict.kind is ErrorKind.TIMEOUT:
                return call.failed(ErrorKind.BUSY, "busy: the site is being changed")
            return call.failed(verdict.kind, "the call was cancelled")

    def _emit(
        self, event: str, argument: str, owner: Caller, call_id: str = "", cause: str = ""
    ) -> tuple[CallResult, ...]:
        results = []
        if self._services.settings().enabled and not self._is_closed:
            for script in self._services.scripts.functions_with(event):
                deadline = self._deadline(self._waited_for.get(cause))
                call = Call("event", script.name, owner, argument, call_id, deadline=deadline)
                self._adopt(call.id, cause)
                results.append(self._runner.finish(self._through_gate(call, script, event)))
        return tuple(results)

    def _deadline(self, parent: Deadline | None = None) -> Deadline:
        return Deadline(self._services.settings().timeout_seconds, parent)

    @contextmanager
    def _waiting_for(self, call_id: str, deadline: Deadline) -> Iterator[None]:
        """What runs because of ``call_id`` meanwhile holds ``deadline`` up while it is paused."""
        self._waited_for[call_id] = deadline
        try:
            yield
        finally:
            self._waited_for.pop(call_id, None)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, GroupClosed):
            self._closed_groups.add(event.group_id, event.origin)

    def _tell_closed(self, group_id: str, cause: str) -> None:
        for result in self._emit("on_group_close", group_id, self._runner.owner, cause=cause):
            self._told(cause, group_id, result)

    def _complain(self, message: str) -> None:
        self._runner.publish_log(LogLine(time.time(), "error", message))
