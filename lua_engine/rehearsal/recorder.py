"""Live calls that say what they changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lua_engine.base.errors import CallerError
from lua_engine.calls.call import Call
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.result import CallResult
from lua_engine.calls.simulated import simulated_role
from lua_engine.rehearsal.follow_ups import FollowUps
from lua_engine.store.changes.diff import Recording
from lua_engine.store.changes.recording import RecordingDatabase


class Recorder:
    """What others write meanwhile is not theirs. Thread-safe."""

    def __init__(self, database: RecordingDatabase) -> None:
        self._database = database
        self._under_way: tuple[tuple[Recording, FollowUps], ...] = ()

    def run(self, dispatcher: Dispatcher, call: Call) -> CallResult:
        """Have it answered; the diff only if the call wants it. Raises :class:`CallerError` for a caller that
        exists in dry runs only.
        """
        role = simulated_role(call.caller)
        if role:
            raise CallerError(
                f"nobody has the role {role}; give it to a member of the template's group to run this for "
                "real"
            )
        if not call.keeps_diff:
            return dispatcher.run(call)
        with self._recording(call.id) as (recording, follow_ups):
            result = dispatcher.run_settled(call)
            return replace(follow_ups.added_to(result), diff=recording.diff())

    def on_closing(self, cause: str, group_id: str, result: CallResult) -> None:
        """``on_group_close`` ran because of the call ``cause``."""
        for recording, follow_ups in self._under_way:
            if recording.covers(cause):
                follow_ups.add(group_id, result)

    @contextmanager
    def _recording(self, call_id: str) -> Iterator[tuple[Recording, FollowUps]]:
        with self._database.recording(call_id) as recording:
            entry = recording, FollowUps()
            self._under_way = (*self._under_way, entry)
            try:
                yield entry
            finally:
                self._under_way = tuple(one for one in self._under_way if one is not entry)
