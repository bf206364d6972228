"""The engine of Goop2 sites: opens a site folder and runs its Lua scripts in a sandbox.

This module is the facade: what it exports is the public interface, and all that our own console uses::

    from lua_engine import Engine

    with Engine.open("/path/to/site") as engine:
        result = engine.call("todo", {"action": "list"}, caller=engine.owner)
        print(result.value if result.ok else result.error.message)
"""

from lua_engine.caller import Caller
from lua_engine.engine import Engine
from lua_engine.errors import (
    BugError,
    CallerError,
    ConfigError,
    EngineError,
    ErrorKind,
    KnownError,
    SchemaError,
    SiteError,
    StoreError,
)
from lua_engine.events import (
    CallFinished,
    ConfigChanged,
    DataChanged,
    Event,
    EventBus,
    GroupClosed,
    GroupsChanged,
    ListenChanged,
    LogRecorded,
    MessageSent,
    ScriptsChanged,
)
from lua_engine.results import CallError, CallResult, LogLine, SqlStatement, Timings
from lua_engine.scripts.registry import ScriptInfo, ScriptProblem
from lua_engine.site.config import LuaSettings
from lua_engine.site.folder import SiteFolder
from lua_engine.site.peers import Peer
from lua_engine.store.paging import RowPage
from lua_engine.store.table_info import ColumnInfo, TableInfo

__all__ = [
    "BugError",
    "CallError",
    "CallFinished",
    "CallResult",
    "Caller",
    "CallerError",
    "ColumnInfo",
    "ConfigChanged",
    "ConfigError",
    "DataChanged",
    "Engine",
    "EngineError",
    "ErrorKind",
    "Event",
    "EventBus",
    "GroupClosed",
    "GroupsChanged",
    "KnownError",
    "ListenChanged",
    "LogLine",
    "LogRecorded",
    "LuaSettings",
    "MessageSent",
    "Peer",
    "RowPage",
    "SchemaError",
    "ScriptInfo",
    "ScriptProblem",
    "ScriptsChanged",
    "SiteError",
    "SiteFolder",
    "SqlStatement",
    "StoreError",
    "TableInfo",
    "Timings",
]
