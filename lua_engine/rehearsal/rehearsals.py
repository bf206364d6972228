"""Dry runs of an open site, and real runs that say what they changed."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallerError, CallKilled, ErrorKind, SiteError
from lua_engine.base.events import CallFinished
from lua_engine.base.results import CallResult
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.runner import Call
from lua_engine.rehearsal.callers import invented_role
from lua_engine.rehearsal.copies import Copies
from lua_engine.rehearsal.folder import clean_up
from lua_engine.rehearsal.rehearsal import Aftermath, Asked, Rehearsal, ask
from lua_engine.rehearsal.stage import LiveParts, Stage
from lua_engine.store.changes.diff import DataDiff, Recording
from lua_engine.store.changes.private_copy import PrivateCopy
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.community.simulated_member import put_member

_COPY_SECONDS = 300.0


class Rehearsals:
    """Thread-safe: any number at once, beside live calls."""

    def __init__(self, live: LiveParts) -> None:
        self._live = live
        self._copies = Copies(live.services.folder.data_db)
        self._copying: dict[str, Deadline] = {}
        self._stages: dict[str, Stage] = {}
        with suppress(
            SiteError, OSError
        ):  # without a place for copies a site still opens; who asks for a dry run is told
            clean_up()

    def run(self, asked: Asked) -> Rehearsal:
        """Do it on a copy. Raises :class:`KnownError` when no copy can be made."""
        asked = _with_id(asked)
        deadline = self._copying[asked.call_id] = Deadline(_COPY_SECONDS)
        try:
            with self._copies.taken(deadline.check) as (copy, files):
                try:
                    stage = Stage(self._live, copy, files)
                    return self._on_stage(stage, copy, asked)
                finally:
                    shutil.rmtree(files, ignore_errors=True)
        except CallKilled:
            call = Call(
                asked.kind, asked.name, asked.caller, asked.argument, asked.call_id, deadline=deadline
            )
            result = call.failed(ErrorKind.CANCELLED, "the call was cancelled")
            self._live.services.bus.publish(CallFinished(result, is_dry=True))
            return Rehearsal(result, DataDiff(), False)
        finally:
            self._copying.pop(asked.call_id, None)

    def prepare(self) -> None:
        """Have a copy ready for the next one."""
        with self._copies.taken(Deadline(_COPY_SECONDS).check):
            pass

    @property
    def copies(self) -> Copies:
        """Where copies of the data come from."""
        return self._copies

    def running(self) -> tuple[str, ...]:
        """Ids of the dry runs under way."""
        return tuple(self._copying)

    def cancel(self, call_id: str) -> bool:
        """End a dry run; False when there is none of that id."""
        deadline, stage = self._copying.get(call_id), self._stages.get(call_id)
        if deadline is not None:
            deadline.revoke()
        if stage is not None:
            stage.dispatcher.shut()
            stage.runner.cancel_all()
        return deadline is not None

    def close(self) -> None:
        """End every dry run and delete the copies."""
        for call_id in self.running():
            self.cancel(call_id)
        self._copies.close()

    def _on_stage(self, stage: Stage, copy: PrivateCopy, asked: Asked) -> Rehearsal:
        role = invented_role(asked.caller)
        if role:
            put_member(copy.database, stage.services.groups.template_group(), asked.caller.id, role)
        self._stages[asked.call_id] = stage
        try:
            self._check(asked)
            with copy.database.recording(asked.call_id) as recording:
                result = ask(stage.dispatcher, asked, self._live.owner(), count_rate=False)
                if result.error is not None and result.error.kind is ErrorKind.BUSY:
                    self._check(asked)
                stage.dispatcher.settle(asked.call_id)
                return Rehearsal(stage.aftermath.added_to(result), recording.diff(), False)
        finally:
            self._stages.pop(asked.call_id, None)
            copy.is_abandoned = not stage.close()

    def _check(self, asked: Asked) -> None:
        """Raise when it was cancelled: a script that never began cannot be."""
        self._copying[asked.call_id].check()


class Recorder:
    """Live calls that say what they changed themselves; what others write meanwhile is not theirs."""

    def __init__(self, database: RecordingDatabase) -> None:
        self._database = database
        self._under_way: tuple[tuple[Recording, Aftermath], ...] = ()

    def run(self, dispatcher: Dispatcher, live: LiveParts, asked: Asked, *, count_rate: bool) -> Rehearsal:
        """Do it. Raises :class:`CallerError` for a caller that exists in rehearsals only."""
        role = invented_role(asked.caller)
        if role:
            raise CallerError(
                f"nobody has the role {role}; give it to a member of the template's group to run this for "
                "real"
            )
        asked = _with_id(asked)
        with self._recording(asked.call_id) as (recording, aftermath):
            result = ask(dispatcher, asked, live.owner(), count_rate=count_rate)
            dispatcher.settle(asked.call_id)
            return Rehearsal(aftermath.added_to(result), recording.diff(), True)

    def told(self, cause: str, group_id: str, result: CallResult) -> None:
        """``on_group_close`` ran because of the call ``cause``."""
        for recording, aftermath in self._under_way:
            if recording.covers(cause):
                aftermath.add(group_id, result)

    @contextmanager
    def _recording(self, call_id: str) -> Iterator[tuple[Recording, Aftermath]]:
        with self._database.recording(call_id) as recording:
            entry = recording, Aftermath()
            self._under_way = (*self._under_way, entry)
            try:
                yield entry
            finally:
                self._under_way = tuple(one for one in self._under_way if one is not entry)


def _with_id(asked: Asked) -> Asked:
    return (
        asked
        if asked.call_id
        else Asked(asked.kind, asked.name, asked.argument, asked.caller, uuid.uuid4().hex[:12])
    )
