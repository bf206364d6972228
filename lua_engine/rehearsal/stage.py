"""The site's services for one dry run: copies where a script could change something, the live ones where it
can only look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lua_engine.api.binding import HostFunction
from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.events import EventBus, LogRecorded
from lua_engine.calls.beginning import Beginning
from lua_engine.calls.call import Call
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.events import CallFinished
from lua_engine.calls.gate import Gate
from lua_engine.calls.ratelimit import RateLimiter
from lua_engine.calls.result import CallResult
from lua_engine.calls.runner import CallRunner, DebuggingOf
from lua_engine.community.chat import ChatRooms
from lua_engine.community.groups import Groups
from lua_engine.rehearsal.fences import FencedHttp, copied_kv
from lua_engine.rehearsal.follow_ups import FollowUps
from lua_engine.runtime.pool import VmPool
from lua_engine.store.changes.private_copy import PrivateCopy


@dataclass(frozen=True, slots=True)
class LiveParts:
    """What of an open site a rehearsal works with; made by the engine."""

    services: Services
    pool: VmPool
    functions: Sequence[HostFunction]
    owner: Callable[[], Caller]
    limiter: RateLimiter
    gate: Gate
    debugging: DebuggingOf
    is_debugged: Callable[[Call], bool]


class Stage:
    """One dry run's services, runner and dispatcher. The live bus hears of its logs and results, which say
    that they are dry, and of nothing else. ``gate`` is for one that may hold up nobody.
    """

    def __init__(
        self,
        live: LiveParts,
        copy: PrivateCopy,
        files: Path,
        gate: Gate | None = None,
        beginning: Beginning | None = None,
    ) -> None:
        self.follow_ups = FollowUps()
        kept = beginning.files if beginning is not None else live.services.folder.state_dir
        self.services = _services(live, copy, kept, files)
        self.services.bus.subscribe(live.services.bus.publish, CallFinished, LogRecorded)
        self.runner = CallRunner(self.services, live.pool, live.functions, live.owner, live.debugging)
        self.dispatcher = Dispatcher(
            self.services,
            self.runner,
            live.limiter,
            gate or live.gate,
            copy.database.adopt,
            self._on_closing,
            is_dry=True,
        )

    def close(self) -> bool:
        """End what still runs; whether everything ended."""
        self.dispatcher.shut()
        self.runner.cancel_all()
        self.dispatcher.close()
        self.runner.close()
        return not self.runner.is_busy

    def _on_closing(self, _cause: str, group_id: str, result: CallResult) -> None:
        self.follow_ups.add(group_id, result)


def _services(live: LiveParts, copy: PrivateCopy, kept: Path, files: Path) -> Services:
    real, bus = live.services, EventBus()
    groups = Groups(copy.database, bus, live.owner, real.groups.name_of)
    return Services(
        folder=real.folder,
        settings=real.settings,
        bus=bus,
        database=copy.database,
        tables=copy.tables,
        scripts=real.scripts,
        peers=real.peers,
        kv=copied_kv(kept, files),
        files=real.files,
        groups=groups,
        chat=ChatRooms(groups, copy.database, bus),
        listen=real.listen.copied(groups, bus),
        http=FencedHttp(),
    )
