"""The site's pages on a copy of its data: visitors may do what they like, the site stays as it is.

Scripts and files are the live ones, so that what is saved is seen at once. Tables, groups, chat and
``goop.kv`` are copies, and nothing leaves the machine, as in a dry run; unlike there, what one call does
the next one sees.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.events import SiteFilesChanged
from lua_engine.base.records import Origin
from lua_engine.calls.call import Call
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.calls.simulated import simulated_role
from lua_engine.pages.pages import Pages
from lua_engine.pages.parts import PageParts, RunCall
from lua_engine.rehearsal.copies import Copies
from lua_engine.rehearsal.stage import LiveParts, Stage
from lua_engine.store.changes.private_copy import PrivateCopy
from lua_engine.store.community.simulated_member import put_member

Keep = Callable[[CallResult], object]


class PageCopy:
    """Pages over a copy, until :meth:`close`. Raises :class:`KnownError` when none can be made. Calls of a
    page count against the rate limits as a visitor's; those of a check do not.
    """

    def __init__(
        self,
        live: LiveParts,
        copies: Copies,
        make_parts: Callable[[Stage, PrivateCopy, RunCall], PageParts],
        keep: Keep,
        origin: Origin = Origin.PAGE,
    ) -> None:
        self._live = live
        self._keep = keep
        self._origin = origin
        self._lock = threading.Lock()
        self._under_way: set[Call] = set()
        self._is_cancelled = False
        self._stack = ExitStack()
        try:
            self._copy, files = self._stack.enter_context(copies.taken(lambda: None))
            self._stack.callback(shutil.rmtree, files, ignore_errors=True)
            self._stage = Stage(live, self._copy, files)
            self._stack.callback(self._end_stage)
            self.pages = Pages(make_parts(self._stage, self._copy, self._run))
            self._stack.callback(self.pages.close)
            self._stage.services.bus.subscribe(self._live.services.bus.publish, SiteFilesChanged)
        except BaseException:
            self._stack.close()
            raise

    def admit(self, caller: Caller) -> None:
        """Make a simulated member (``role:NAME`` that nobody has) one in the copy."""
        role = simulated_role(caller)
        if role:
            put_member(self._copy.database, self._stage.services.groups.template_group(), caller.id, role)

    def cancel(self) -> None:
        """End the calls under way, and those that begin from now on."""
        with self._lock:
            self._is_cancelled = True
            calls = tuple(self._under_way)
        for call in calls:
            call.cancel()

    def close(self) -> None:
        """End it and forget the copy."""
        self._stack.close()

    def _run(self, function: str, params: Any, caller: Caller, call_id: str) -> CallResult:
        call = Call(
            Request.call(function, params),
            caller,
            self._stage.services.settings().timeout_seconds,
            call_id=call_id,
            origin=self._origin,
            is_dry=True,
            counts=self._origin is Origin.PAGE,
        )
        with self._running(call), self._copy.database.recording(call.id) as recording:
            result = replace(self._stage.dispatcher.run(call), diff=recording.diff())
        self._keep(result)
        return result

    @contextmanager
    def _running(self, call: Call) -> Iterator[None]:
        with self._lock:
            self._under_way.add(call)
            if self._is_cancelled:
                call.cancel()
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(call)

    def _end_stage(self) -> None:
        self._copy.is_abandoned = not self._stage.close()
