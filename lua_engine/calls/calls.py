"""Every call of a site goes through here: for real or dry, waited for or not, from wherever it comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypedDict, Unpack

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind
from lua_engine.base.records import Origin
from lua_engine.calls.call import Call
from lua_engine.calls.caller_ref import CallerRef
from lua_engine.calls.callers import Callers
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.handle import CallHandle
from lua_engine.calls.ratelimit import RateLimiter
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.calls.runner import CallRunner
from lua_engine.calls.threads import CallThreads


class DryRuns(Protocol):
    """Calls on copies of the site; see :class:`lua_engine.rehearsal.rehearsals.Rehearsals`."""

    def run(self, call: Call) -> CallResult: ...

    def running(self) -> tuple[Call, ...]: ...

    def prepare(self) -> None: ...


class CallOptions(TypedDict, total=False):
    """How a request is made.

    ``origin`` says where it comes from; ``is_dry`` runs it on a copy of the site, where nothing stays;
    ``counts``: against the rate limit, as a visitor's would; ``keeps_diff``: the result says which rows it
    changed (a dry run always does); ``call_id`` is an id of the asker's own choice.
    """

    origin: Origin
    is_dry: bool
    counts: bool
    keeps_diff: bool
    call_id: str


class Calls:
    """``engine.calls``. Thread-safe.

    ``caller`` is a :class:`Caller` or a :class:`CallerRef` (``owner``, ``role:NAME``, ``stranger``, a peer);
    an event is the owner's, whoever is named. For the options see :class:`CallOptions`.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        runner: CallRunner,
        limiter: RateLimiter,
        live: Callable[[Call], CallResult],
        dry: DryRuns,
        callers: Callers,
        seconds: Callable[[], float],
    ) -> None:
        self._dispatcher = dispatcher
        self._runner = runner
        self._limiter = limiter
        self._live = live
        self._dry = dry
        self.callers = callers
        """Who can call, and what a :class:`CallerRef` resolves to."""
        self._seconds = seconds
        self._threads = CallThreads()
        self._started: dict[str, Call] = {}

    # Any request

    def start(
        self,
        request: Request,
        caller: Caller | CallerRef,
        *,
        on_created: Callable[[Call], object] = lambda _call: None,
        **options: Unpack[CallOptions],
    ) -> CallHandle:
        """Begin, and do not wait: the result comes by ``CallFinished`` and by ``handle.result(timeout)``.
        ``on_created`` hears of the call before it begins, on this thread.
        """
        call = self._create(request, caller, options)
        on_created(call)
        handle = CallHandle(call)
        self._started[call.id] = call
        if self._threads.is_closed:
            self._serve(call, caller, handle)  # it is refused at once
        elif not self._threads.start(partial(self._serve, call, caller, handle)):
            self._started.pop(call.id, None)
            handle.finish(call.failed(ErrorKind.BUSY, "busy: too many calls are under way"), None)
        return handle

    def run(self, request: Request, caller: Caller | CallerRef, **options: Unpack[CallOptions]) -> CallResult:
        """The same on this thread, to its end. Raises :class:`KnownError` when it cannot be made at all:
        nobody answers to ``caller``, or no copy for a dry run can be made.
        """
        return self._run(self._create(request, caller, options), caller)

    # In short

    def call(
        self,
        function: str,
        params: Any = None,
        *,
        caller: Caller | CallerRef,
        counts: bool = True,
        origin: Origin = Origin.PROGRAM,
    ) -> CallResult:
        """Call a data function for real with JSON-like ``params``, as ``Goop.data.call`` does. Never raises
        for what a script does.
        """
        return self.run(Request.call(function, params), caller, counts=counts, origin=origin)

    def chat(
        self,
        text: str,
        *,
        caller: Caller | CallerRef,
        counts: bool = True,
        origin: Origin = Origin.PROGRAM,
    ) -> CallResult:
        """Hand over a chat message for real; ``value`` is the reply, or None when nobody answers."""
        return self.run(Request.chat(text), caller, counts=counts, origin=origin)

    def emit(
        self, event: str, argument: str = "", *, origin: Origin = Origin.PROGRAM
    ) -> tuple[CallResult, ...]:
        """Run the global function ``event`` of every data function that defines it, as the owner: a result
        for each.
        """
        request = Request.event(event, argument)
        return self._dispatcher.emit(self._create(request, self._runner.owner, {"origin": origin}))

    # Those under way

    def cancel(self, call_id: str) -> bool:
        """End a call that is under way; answers at once, False when there is none of that id."""
        found = [call for call in self._under_way() if call.id == call_id]
        for call in found:
            call.cancel()
        return bool(found)

    def cancel_all(self) -> None:
        """End every call that is under way."""
        for call in self._under_way():
            call.cancel()

    def running(self) -> tuple[str, ...]:
        """Ids of the calls and dry runs under way."""
        return tuple(dict.fromkeys(call.id for call in self._under_way()))

    def last_minute(self) -> int:
        """Counted calls of the last 60 seconds."""
        return self._limiter.calls_last_minute()

    @property
    def abandoned_threads(self) -> int:
        """Threads that had to be given up and still run."""
        return self._runner.abandoned

    def prepare_dry_runs(self) -> None:
        """Make the copy that the next dry run needs, if there is none: a large database takes its time.
        Raises :class:`KnownError`.
        """
        self._dry.prepare()

    def close(self) -> None:
        """Wait for the threads of started calls; the calls were told to end before."""
        self.cancel_all()
        self._threads.close()

    # Parts

    def _create(self, request: Request, caller: Caller | CallerRef, options: CallOptions) -> Call:
        if request.kind == "event":
            caller = self._runner.owner
        # Who a reference means is looked up in the call's own thread: it takes SQL.
        who = caller if isinstance(caller, Caller) else Caller("", str(caller))
        return Call(request, who, self._seconds(), **options)

    def _run(self, call: Call, caller: Caller | CallerRef) -> CallResult:
        if isinstance(caller, CallerRef) and call.request.kind != "event":
            call.caller = self.callers.resolve(caller)
        return self._dry.run(call) if call.is_dry else self._live(call)

    def _serve(self, call: Call, caller: Caller | CallerRef, handle: CallHandle) -> None:
        result: CallResult | None = None
        error: Exception | None = None
        try:
            result = self._run(call, caller)
        except Exception as caught:  # noqa: BLE001  # it is raised again where it is waited for
            error = caught
        finally:
            self._started.pop(call.id, None)
        handle.finish(result, error)

    def _under_way(self) -> tuple[Call, ...]:
        return (*self._started.values(), *self._runner.running(), *self._dry.running())
