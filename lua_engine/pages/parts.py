"""The parts of an open site that pages work with; given by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lua_engine.base.caller import Caller
from lua_engine.base.events import EventBus
from lua_engine.calls.result import CallResult
from lua_engine.community.chat import ChatRooms
from lua_engine.community.groups import Groups
from lua_engine.site.config import LuaSettings
from lua_engine.site.folder import SiteFolder
from lua_engine.site.peers import PeerBook
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.community.community_rows import CommunityRows
from lua_engine.store.tables.catalog import TableCatalog


class RunCall(Protocol):
    """Calls a data function as a visitor's page does: counted by the rate limits, kept in the history."""

    def __call__(self, function: str, params: Any, caller: Caller, call_id: str) -> CallResult: ...


@dataclass(frozen=True, slots=True)
class PageParts:
    """One set per open site. ``is_copy``: nothing of what is written stays."""

    folder: SiteFolder
    settings: Callable[[], LuaSettings]
    bus: EventBus
    database: RecordingDatabase
    tables: TableCatalog
    peers: PeerBook
    groups: Groups
    rooms: ChatRooms
    owner: Callable[[], Caller]
    functions: Callable[[], list[dict[str, str]]]
    run: RunCall
    is_read_only: bool
    is_copy: bool

    @property
    def community(self) -> CommunityRows:
        return CommunityRows(self.database)
