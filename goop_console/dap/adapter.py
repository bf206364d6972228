"""The debug adapter: requests of the editor become commands of a session, and its events go back.

Translation only; what it means is in :mod:`lua_engine.debugger`. See the protocol's specification for the
fields of each message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

from goop_console.dap.breakpoints import answers_of, breakpoints_from
from goop_console.dap.capabilities import CAPABILITIES
from goop_console.dap.launch import Launch, launch_from
from goop_console.dap.sources import Sources
from goop_console.dap.telling import THREAD, end_lines, stopped_body
from goop_console.dap.variables import Variables
from goop_console.dap.wire import Message, Writer, read_message
from lua_engine import (
    DebugEnded,
    DebugError,
    DebugOptions,
    DebugSession,
    DebugState,
    DebugStopped,
    Engine,
    Event,
    KnownError,
    LogLine,
    LogRecorded,
    Origin,
    StackFrame,
    Stopped,
    SuspendedCoroutine,
)


class Adapter:
    """Serves one editor, until it disconnects or the stream ends."""

    def __init__(self, engine: Engine, requests: BinaryIO, answers: BinaryIO) -> None:
        self._engine = engine
        self._requests = requests
        self._writer = Writer(answers)
        self._sources = Sources(engine)
        self._variables = Variables()
        self._launch: Launch | None = None
        self._launch_seq: Message | None = None
        self._is_configured = False
        self._errors = (True, False)
        self._session: DebugSession | None = None
        self._lines_start_at = 1
        self._is_done = threading.Event()
        self._lock = threading.RLock()  # events of a session that is being begun wait until it is known
        self._suspended: tuple[SuspendedCoroutine, ...] = ()  # as they were told
        self._ended = ""  # the session whose end was told
        engine.debugger.keep_nothing()
        engine.bus.subscribe(self._hear, LogRecorded, DebugStopped, DebugEnded)

    def serve(self) -> None:
        """Answer requests to the end."""
        while not self._is_done.is_set() and not self._writer.is_gone:
            message = read_message(self._requests)
            if message is None:
                break
            if message.get("type") == "request":
                self._answer(message)
        if self._session is not None:
            self._session.stop()

    # Requests

    def _answer(self, request: Message) -> None:
        command = str(request.get("command"))
        handler: Callable[[dict[str, Any], Message], object] | None
        handler = getattr(self, f"_on_{command}", None)
        if handler is None:
            self._fail(request, f"{command} is not supported")
            return
        try:
            body = handler(request.get("arguments") or {}, request)
        except KnownError as error:
            self._fail(request, str(error))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            self._fail(request, f"{command}: invalid arguments: {error!r}")
        else:
            if body is not None:
                self._respond(request, body)

    def _respond(self, request: Message, body: object) -> None:
        answer = {"type": "response", "request_seq": request.get("seq", 0), "success": True}
        self._writer.write({**answer, "command": request["command"], "body": body})

    def _fail(self, request: Message, message: str) -> None:
        answer = {"type": "response", "request_seq": request.get("seq", 0), "success": False}
        body = {"error": {"id": 1, "format": message, "showUser": True}}
        self._writer.write({**answer, "command": request.get("command"), "message": message, "body": body})

    def _event(self, name: str, **body: Any) -> None:
        self._writer.write({"type": "event", "event": name, "body": body})

    def _on_initialize(self, arguments: dict[str, Any], request: Message) -> None:
        self._lines_start_at = 1 if arguments.get("linesStartAt1", True) else 0
        self._respond(request, CAPABILITIES)
        self._event("initialized")

    def _on_launch(self, arguments: dict[str, Any], request: Message) -> None:
        is_under_way = self._session is not None and self._session.state is not DebugState.ENDED
        if is_under_way or self._launch_seq is not None:
            raise DebugError("a call is being debugged already: one adapter debugs one at a time")
        self._launch, self._launch_seq = launch_from(arguments), request
        self._start()

    def _on_configurationDone(self, _arguments: dict[str, Any], request: Message) -> None:
        self._is_configured = True
        self._respond(request, {})
        self._start()

    def _start(self) -> None:
        if self._launch is None or self._launch_seq is None or not self._is_configured:
            return
        self._respond(self._launch_seq, {})
        self._launch_seq = None
        self._begin(self._launch)

    def _options(self, launch: Launch) -> DebugOptions:
        uncaught, caught = self._errors
        return DebugOptions(
            records=launch.records,
            stops_at_entry=launch.stops_at_entry,
            stops_at_errors=uncaught,
            stops_at_caught=caught,
        )

    def _begin(self, launch: Launch) -> None:
        debugger = self._engine.debugger
        start = partial(debugger.start, launch.request, launch.caller, is_dry=launch.is_dry)
        with self._lock:
            self._take(start(options=self._options(launch), origin=Origin.COMMAND_LINE))

    def _take(self, session: DebugSession) -> None:
        """From now on it is this one that the editor hears of; the lock is held since before it began."""
        self._session = session
        if session.state is DebugState.ENDED:  # on this thread, before anybody knew whose end it was
            self._tell_end(session)

    def _on_setBreakpoints(self, arguments: dict[str, Any], _request: Message) -> object:
        script = self._sources.script_of(str(arguments["source"].get("path", "")))
        wanted = arguments.get("breakpoints") or []
        if not script:
            message = "this file is not a script of the site"
            return {"breakpoints": [{"verified": False, "message": message} for _ in wanted]}
        debugger = self._engine.debugger
        debugger.remove_breakpoints(*(one.id for one in debugger.breakpoints(script)))
        return {"breakpoints": answers_of(debugger, breakpoints_from(script, wanted, self._lines_start_at))}

    def _on_setExceptionBreakpoints(self, arguments: dict[str, Any], _request: Message) -> object:
        filters = arguments.get("filters") or []
        self._errors = ("uncaught" in filters, "caught" in filters)
        if self._session is not None:
            self._session.stop_at_errors(*self._errors)
        return {}

    def _on_breakpointLocations(self, arguments: dict[str, Any], _request: Message) -> object:
        script = self._sources.script_of(str(arguments["source"].get("path", "")))
        first = int(arguments["line"])
        last = int(arguments.get("endLine", first))
        stops = self._engine.debugger.stop_lines(script) if script else frozenset[int]()
        return {"breakpoints": [{"line": line} for line in sorted(stops) if first <= line <= last]}

    def _on_loadedSources(self, _arguments: dict[str, Any], _request: Message) -> object:
        return {"sources": self._sources.all()}

    def _on_source(self, _arguments: dict[str, Any], _request: Message) -> object:
        program = self._running().program
        if program is None:
            raise DebugError("the script has not started")
        return {"content": program.script.text, "mimeType": "text/x-lua"}

    def _on_threads(self, _arguments: dict[str, Any], _request: Message) -> object:
        session = self._session
        name = "no call"
        if session is not None:
            how = "dry run" if session.call.is_dry else "real call"
            name = f"{session.call.request.target or 'chat'} ({session.call.caller.name}, {how})"
        threads = [{"id": THREAD, "name": name}]
        for one in self._read_suspended():
            threads.append({"id": THREAD + one.number, "name": f"coroutine {one.number} (suspended)"})
        return {"threads": threads}

    def _read_suspended(self) -> tuple[SuspendedCoroutine, ...]:
        """The coroutines that wait to be resumed are threads of the protocol that never run by themselves."""
        session = self._session
        if session is not None and session.stopped is not None:
            try:
                self._suspended = session.coroutines()
            except DebugError:  # it goes on meanwhile
                self._suspended = ()
        return self._suspended

    def _frames_of(self, thread: int) -> tuple[StackFrame, ...]:
        if thread == THREAD:
            return self._stopped().frames
        found = (one.frames for one in self._suspended if THREAD + one.number == thread)
        frames = next(found, None)
        if frames is None:
            raise DebugError("that coroutine is not suspended here")
        return frames

    def _on_stackTrace(self, arguments: dict[str, Any], _request: Message) -> object:
        session, all_frames = self._running(), self._frames_of(int(arguments.get("threadId") or THREAD))
        first = int(arguments.get("startFrame") or 0)
        count = int(arguments.get("levels") or 0) or len(all_frames)
        frames = [
            {
                "id": frame.id,
                "name": frame.name + (f" (coroutine {frame.coroutine})" if frame.coroutine else ""),
                "line": frame.line - 1 + self._lines_start_at,
                "column": self._lines_start_at,
                "source": self._sources.of_frame(session, frame.source),
                "canRestart": session.call.is_dry and session.records and frame.source == session.chunk_name,
            }
            for frame in all_frames[first : first + count]
        ]
        return {"stackFrames": frames, "totalFrames": len(all_frames)}

    def _on_scopes(self, arguments: dict[str, Any], _request: Message) -> object:
        return {"scopes": self._variables.scopes(int(arguments["frameId"]))}

    def _on_variables(self, arguments: dict[str, Any], _request: Message) -> object:
        first, count = int(arguments.get("start") or 0), int(arguments.get("count") or 0)
        reference = int(arguments["variablesReference"])
        return {"variables": self._variables.inside(self._running(), reference, first, count)}

    def _on_setVariable(self, arguments: dict[str, Any], _request: Message) -> object:
        reference, name = int(arguments["variablesReference"]), str(arguments["name"])
        answer = self._variables.set(self._running(), reference, name, str(arguments["value"]))
        if answer.error:
            raise DebugError(answer.error)
        return self._variables.shown(answer.values[0], 1)

    def _on_evaluate(self, arguments: dict[str, Any], _request: Message) -> object:
        frame, text = int(arguments.get("frameId") or 1), str(arguments["expression"])
        if arguments.get("context") == "hover":  # a pointer that passes runs nothing of the script's
            answer = self._running().peek(text, frame)
        else:
            answer = self._running().evaluate(text, frame)
        if answer.is_not_kept:
            return {"result": answer.error, "variablesReference": 0}
        if answer.error:
            raise DebugError(answer.error)
        shown = [self._variables.shown(one, frame) for one in answer.values]
        if len(shown) == 1:
            return {
                "result": shown[0]["value"],
                **{key: shown[0][key] for key in ("type", "variablesReference")},
            }
        return {"result": ", ".join(one["value"] for one in shown), "variablesReference": 0}

    def _on_exceptionInfo(self, _arguments: dict[str, Any], _request: Message) -> object:
        stopped = self._stopped()
        return {"exceptionId": "error", "description": stopped.text, "breakMode": "always"}

    # Going on

    def _on_continue(self, _arguments: dict[str, Any], request: Message) -> None:
        session = self._running()
        is_past = self._stopped().step > 0
        self._go(request, session.run_forward if is_past else session.resume, {"allThreadsContinued": True})

    def _on_next(self, _arguments: dict[str, Any], request: Message) -> None:
        session = self._running()
        is_past = self._stopped().step > 0
        self._go(request, session.step_forward if is_past else session.step_over)

    def _on_stepIn(self, _arguments: dict[str, Any], request: Message) -> None:
        session = self._running()
        if self._stopped().step > 0:
            self._go(request, lambda: session.step_forward(over=False))
        else:
            self._go(request, session.step_into)

    def _on_stepOut(self, _arguments: dict[str, Any], request: Message) -> None:
        if self._stopped().step > 0:
            raise DebugError("this is the past: step over, or continue to the present")
        self._go(request, self._running().step_out)

    def _on_stepBack(self, _arguments: dict[str, Any], request: Message) -> None:
        self._stopped()
        self._go(request, self._running().step_back)

    def _on_reverseContinue(self, _arguments: dict[str, Any], request: Message) -> None:
        self._stopped()
        self._go(request, self._running().run_back)

    def _on_pause(self, _arguments: dict[str, Any], _request: Message) -> object:
        self._running().pause()
        return {}

    def _on_restart(self, _arguments: dict[str, Any], request: Message) -> None:
        session, launch = self._running(), self._launch
        assert launch is not None
        with self._lock:
            self._respond(request, {})
            self._take(self._engine.debugger.restart(session, self._options(launch)))

    def _on_restartFrame(self, arguments: dict[str, Any], request: Message) -> None:
        session = self._running()
        with self._lock:
            made = self._engine.debugger.restart_frame(session, int(arguments["frameId"]))
            self._respond(request, {})
            self._take(made)

    def _on_terminate(self, _arguments: dict[str, Any], request: Message) -> None:
        self._respond(request, {})
        if self._session is not None:
            self._session.stop()

    def _on_disconnect(self, _arguments: dict[str, Any], request: Message) -> None:
        self._respond(request, {})
        self._is_done.set()

    def _go(self, request: Message, action: Callable[[], object], body: object = None) -> None:
        """Answer first: the stop that follows is to come behind."""
        self._respond(request, body or {})
        try:
            action()
        except DebugError as error:
            self._event("output", category="important", output=f"{error}\n")
            stopped = self._running().stopped
            if stopped is not None:  # else it has ended meanwhile
                self._tell_stop(stopped)

    def _running(self) -> DebugSession:
        if self._session is None:
            raise DebugError("no call is being debugged")
        return self._session

    def _stopped(self) -> Stopped:
        stopped = self._running().stopped
        if stopped is None:
            raise DebugError("the call is not paused")
        return stopped

    # Events of the engine, on the call's thread

    def _hear(self, event: Event) -> None:
        if isinstance(event, LogRecorded) and event.line.call_id:
            self._tell_line(event.line)
        elif isinstance(event, (DebugStopped, DebugEnded)):
            self._tell_moved(event)

    def _tell_line(self, line: LogLine) -> None:
        with self._lock:
            session = self._session
        if session is not None and session.call.id == line.call_id:
            category = "stdout" if line.level == "info" else "stderr"
            self._event("output", category=category, output=f"{line.level}: {line.message}\n")

    def _tell_moved(self, event: DebugStopped | DebugEnded) -> None:
        with self._lock:
            session = self._session
        if session is None or session.id != event.session:  # one that was ended, to begin again
            return
        if isinstance(event, DebugStopped):
            self._tell_stop(event.stopped)
        else:
            self._tell_end(session)

    def _tell_stop(self, stopped: Stopped) -> None:
        self._variables.forget()
        self._suspended = ()
        is_restart = self._running().options.run_to is not None
        self._event("stopped", **stopped_body(stopped, is_restart=is_restart))

    def _tell_end(self, session: DebugSession) -> None:
        with self._lock:
            if self._ended == session.id:
                return
            self._ended = session.id
        lines, code = end_lines(session)
        for category, text in lines:
            self._event("output", category=category, output=f"{text}\n")
        self._event("exited", exitCode=code)
        self._event("terminated")
