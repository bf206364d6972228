"""The site's services, as host functions see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lua_engine.base.events import EventBus
    from lua_engine.community.chat import ChatRooms
    from lua_engine.community.groups import Groups
    from lua_engine.community.listen import ListenSession
    from lua_engine.net.client import HttpClient
    from lua_engine.scripts.registry import ScriptRegistry
    from lua_engine.site.config import LuaSettings
    from lua_engine.site.files import SiteFiles
    from lua_engine.site.folder import SiteFolder
    from lua_engine.site.kv import KvStore
    from lua_engine.site.peers import PeerBook
    from lua_engine.store.database import Database
    from lua_engine.store.tables.catalog import TableCatalog


@dataclass(slots=True)
class Services:
    """One set per open site; made by the engine."""

    folder: SiteFolder
    settings: Callable[[], LuaSettings]  # the lua section as it is now
    bus: EventBus
    database: Database
    tables: TableCatalog
    scripts: ScriptRegistry
    peers: PeerBook
    kv: KvStore
    files: SiteFiles
    groups: Groups
    chat: ChatRooms
    listen: ListenSession
    http: HttpClient
