"""Dry runs of an open site."""

from __future__ import annotations

import shutil
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, SiteError
from lua_engine.calls.call import Call
from lua_engine.calls.events import CallFinished
from lua_engine.calls.gate import Gate
from lua_engine.calls.result import CallResult
from lua_engine.calls.simulated import simulated_role
from lua_engine.rehearsal.copies import Copies
from lua_engine.rehearsal.folder import clean_up
from lua_engine.rehearsal.stage import LiveParts, Stage
from lua_engine.store.changes.private_copy import PrivateCopy

_COPY_SECONDS = 300.0


class Rehearsals:
    """Thread-safe: any number at once, beside live calls."""

    def __init__(self, live: LiveParts) -> None:
        self._live = live
        services = live.services
        self._copies = Copies(services.folder.data_db, may_be_missing=services.database.read_only)
        self._running: dict[Call, None] = {}
        with suppress(
            SiteError, OSError
        ):  # without a place for copies a site still opens; who asks for a dry run is told
            clean_up()

    def run(self, call: Call) -> CallResult:
        """Do it on a copy. Raises :class:`KnownError` when no copy can be made."""
        if self._live.services.folder.is_gone:
            return self._told(call.failed(ErrorKind.BUSY, "busy: the site folder is gone"))
        copying = Deadline(_COPY_SECONDS)

        def check() -> None:
            call.deadline.check()
            copying.check()

        self._running[call] = None
        ends = ExitStack()
        call.deadline.pause()  # the copy is not the script's time
        try:
            copy, files = ends.enter_context(self._copies.taken(check, call.beginning))
            call.deadline.resume()
            ends.callback(shutil.rmtree, files, ignore_errors=True)
            # One that is debugged may stand for long: no change of the site waits for it.
            is_debugged = self._live.is_debugged(call)
            gate = Gate() if is_debugged else None
            stage = Stage(self._live, copy, files, gate, call.beginning)
            ends.callback(_end, stage, copy)
            if is_debugged and call.beginning is None:
                call.beginning = self._copies.hold(copy, files)
            return self._on_stage(stage, copy, call)
        except CallKilled:
            return self._told(call.cancelled())
        finally:
            self._running.pop(call, None)
            self._close(ends, call)

    def _told(self, result: CallResult) -> CallResult:
        self._live.services.bus.publish(CallFinished(result))
        return result

    def prepare(self) -> None:
        """Have a copy ready for the next one."""
        with self._copies.taken(Deadline(_COPY_SECONDS).check):
            pass

    @property
    def copies(self) -> Copies:
        """Where copies of the data come from."""
        return self._copies

    def running(self) -> tuple[Call, ...]:
        """The dry runs under way."""
        return tuple(self._running)

    def close(self) -> None:
        """End every dry run and delete the copies."""
        for call in self.running():
            call.cancel()
        self._copies.close()

    def _on_stage(self, stage: Stage, copy: PrivateCopy, call: Call) -> CallResult:
        role = simulated_role(call.caller)
        if role:
            from lua_engine.store.community.simulated_member import put_member

            put_member(copy.database, stage.services.groups.template_group(), call.caller.id, role)
        if call.is_cancelled:
            raise CallKilled(ErrorKind.CANCELLED)
        with copy.database.recording(call.id) as recording:
            result = stage.dispatcher.run_settled(call)
            return replace(stage.follow_ups.added_to(result), diff=recording.diff())

    @staticmethod
    def _close(ends: ExitStack, call: Call) -> None:
        """Whoever cancels waits for nobody: the script's thread may need a moment to see it."""
        if call.is_cancelled:
            threading.Thread(target=ends.close, name="goop-dry-run-end", daemon=True).start()
        else:
            ends.close()


def _end(stage: Stage, copy: PrivateCopy) -> None:
    copy.is_abandoned = not stage.close()
