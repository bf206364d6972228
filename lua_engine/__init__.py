"""The engine of Goop2 sites: opens a site folder and runs its Lua scripts in a sandbox.

This module is the facade: what it exports is the public interface, and all that our own console uses::

    from lua_engine import Engine

    with Engine.open("/path/to/site") as engine:
        result = engine.calls.call("todo", {"action": "list"}, caller=engine.owner)
        print(result.value if result.ok else result.error.message)

Names are imported when they are first asked for: the window takes the events and the errors at once, and
SQLAlchemy with the engine later.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lua_engine.base.caller import Caller
    from lua_engine.base.deadline import Deadline
    from lua_engine.base.errors import (
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
    from lua_engine.base.events import (
        ConfigChanged,
        DataChanged,
        Event,
        EventBus,
        Goop2Changed,
        GroupClosed,
        GroupsChanged,
        ListenChanged,
        LogRecorded,
        MessageSent,
        RowChange,
        ScriptsChanged,
        SiteFilesChanged,
        StoreWaiting,
        TemplateChanged,
    )
    from lua_engine.base.locales import use_neutral_locale
    from lua_engine.base.records import Effect, LogLine, Origin, PortabilityNote, SqlStatement
    from lua_engine.base.strict_json import JsonProblem, parse_json
    from lua_engine.calls.caller_ref import OWNER_REF, STRANGER_REF, CallerRef
    from lua_engine.calls.callers import Callers
    from lua_engine.calls.calls import Calls
    from lua_engine.calls.cancellation import Cancellation
    from lua_engine.calls.events import CallFinished
    from lua_engine.calls.handle import CallHandle
    from lua_engine.calls.outcome import OUTCOME_WORDS, OUTCOMES, Outcome, outcome_of, reason_of
    from lua_engine.calls.request import EVENTS, KINDS, Request, RequestKind
    from lua_engine.calls.request_json import RequestError, request_from_json
    from lua_engine.calls.result import CallError, CallResult, RateState, Timings
    from lua_engine.calls.simulated import new_stranger
    from lua_engine.checks.checker import Checker
    from lua_engine.checks.files import SavedCalls
    from lua_engine.checks.model import (
        AccessCheck,
        AccessResult,
        Cell,
        CheckError,
        CheckResult,
        Expectation,
        SavedCall,
    )
    from lua_engine.checks.recording import VisitRecorder
    from lua_engine.checks.visit import StepResult, Visit, VisitResult, VisitStep
    from lua_engine.community.chat import ChatRooms, Message, Room, RoomState
    from lua_engine.community.groups import GroupError, Groups, Member
    from lua_engine.community.listen import ListenError, ListenSession, ListenState
    from lua_engine.community.tracks import Track, TrackError
    from lua_engine.data.exporting import FILE_FORMATS, Exported, FileFormat, export_format
    from lua_engine.data.formats import TEXT_FORMATS, TEXT_LABELS, TextFormat, text_writer
    from lua_engine.data.importing import ImportCheck, ImportFormat, ImportProblem, RowImport
    from lua_engine.data.part import SiteData, Viewer
    from lua_engine.data.provenance import RowHistory, RowWrite
    from lua_engine.data.usage import TableUse
    from lua_engine.debugger.binding import (
        Binding,
    )
    from lua_engine.debugger.breakpoints import (
        Breakpoint,
    )
    from lua_engine.debugger.coverage import Branch, ScriptCoverage
    from lua_engine.debugger.debugger import (
        Debugger,
    )
    from lua_engine.debugger.messages import (
        BreakpointsChanged,
        DebugArmed,
        DebugEnded,
        DebugError,
        DebugLogged,
        DebugResumed,
        DebugStarted,
        DebugState,
        DebugStopped,
        DebugValue,
        Evaluation,
        LineRound,
        LineValues,
        Margin,
        Recorded,
        StackFrame,
        Stopped,
        StopReason,
        ValuePage,
    )
    from lua_engine.debugger.options import DebugOptions
    from lua_engine.debugger.session import DebugSession
    from lua_engine.engine import Engine
    from lua_engine.history.call_history import CallHistory, HistoryEntry, HistoryRecord
    from lua_engine.language.completion import Completion
    from lua_engine.language.finding import CODES, Finding
    from lua_engine.language.language import FileFindings, Language
    from lua_engine.language.navigation import RenameError
    from lua_engine.language.script import Kind
    from lua_engine.language.site_facts import SiteFacts
    from lua_engine.logs.limits import LogLimits
    from lua_engine.logs.log import SiteLog
    from lua_engine.logs.query import LogQuery
    from lua_engine.logs.reader import LogReader
    from lua_engine.logs.record import CallSummary, LogRecord, record_of_line
    from lua_engine.pages.body import Body
    from lua_engine.pages.errors import PageError, PageErrorKind
    from lua_engine.pages.files import PageFile
    from lua_engine.pages.mailboxes import Mailbox, News
    from lua_engine.pages.pages import Pages
    from lua_engine.rehearsal.page_copy import PageCopy
    from lua_engine.runtime.lua_version import lua_version
    from lua_engine.scripts.drafts import Draft, Drafts
    from lua_engine.scripts.editing import ScriptEdit
    from lua_engine.scripts.handlers import ActionInfo
    from lua_engine.scripts.live_syntax import ColorSpan, Fold, LiveSyntax
    from lua_engine.scripts.registry import ScriptInfo, ScriptProblem
    from lua_engine.scripts.syntax import Place
    from lua_engine.scripts.versions import ScriptVersion
    from lua_engine.site.config import LuaSettings
    from lua_engine.site.folder import SiteFolder
    from lua_engine.site.identity import random_peer_id
    from lua_engine.site.lock import SiteLocked
    from lua_engine.site.new_site import new_site
    from lua_engine.site.peers import Peer
    from lua_engine.site.settings import SiteSettings
    from lua_engine.store.changes.diff import ChangedRow, DataDiff, TableDiff, TouchedTable
    from lua_engine.store.changes.inverse import Conflict
    from lua_engine.store.changes.undo import UndoConflict, UndoEntry
    from lua_engine.store.community.community_rows import Actor, GroupRow
    from lua_engine.store.connections import RawText
    from lua_engine.store.sqlite_version import sqlite_version
    from lua_engine.store.tables.access import Decision, Rule
    from lua_engine.store.tables.edit import UNKNOWN, CellEdit, EditConflict
    from lua_engine.store.tables.filters import Filter
    from lua_engine.store.tables.health import DataFinding, DataReport, TableSize
    from lua_engine.store.tables.index import RowIndex
    from lua_engine.store.tables.info import ColumnInfo, TableInfo
    from lua_engine.store.tables.paging import RowPage
    from lua_engine.store.tables.query import Order, RowQuery
    from lua_engine.store.tables.reading import Facet, LongValue, Page, ReadCancelled
    from lua_engine.store.tables.schema_change import SchemaPlan
    from lua_engine.store.tables.schema_files import SchemaProblem
    from lua_engine.store.tables.source import RowKey
    from lua_engine.store.tables.sql import SqlPreview, SqlResult
    from lua_engine.store.tables.values import parse_value
    from lua_engine.templates.archive import write_template
    from lua_engine.templates.installer import Backup, InstallProgress, InstallResult, Templates
    from lua_engine.templates.manifest import Manifest, TemplateError
    from lua_engine.templates.package import Template, read_template
    from lua_engine.templates.plan import ClosedGroup, DroppedTable, FileChange, InstallPlan
    from lua_engine.templates.undecided import UndecidedChange

_EXPORTS = {
    "lua_engine.runtime.lua_version": ("lua_version",),
    "lua_engine.store.sqlite_version": ("sqlite_version",),
    "lua_engine.store.tables.schema_change": ("SchemaPlan",),
    "lua_engine.store.tables.sql": (
        "SqlPreview",
        "SqlResult",
    ),
    "lua_engine.store.tables.health": (
        "DataFinding",
        "DataReport",
        "TableSize",
    ),
    "lua_engine.data.importing": (
        "ImportCheck",
        "ImportFormat",
        "ImportProblem",
        "RowImport",
    ),
    "lua_engine.data.exporting": (
        "Exported",
        "FILE_FORMATS",
        "FileFormat",
        "export_format",
    ),
    "lua_engine.logs.log": ("SiteLog",),
    "lua_engine.logs.query": ("LogQuery",),
    "lua_engine.logs.reader": ("LogReader",),
    "lua_engine.logs.record": (
        "CallSummary",
        "LogRecord",
        "record_of_line",
    ),
    "lua_engine.logs.limits": ("LogLimits",),
    "lua_engine.language.completion": ("Completion",),
    "lua_engine.language.finding": (
        "CODES",
        "Finding",
    ),
    "lua_engine.language.language": (
        "FileFindings",
        "Language",
    ),
    "lua_engine.language.navigation": ("RenameError",),
    "lua_engine.language.script": ("Kind",),
    "lua_engine.language.site_facts": ("SiteFacts",),
    "lua_engine.scripts.drafts": ("Draft", "Drafts"),
    "lua_engine.scripts.versions": ("ScriptVersion",),
    "lua_engine.scripts.live_syntax": ("ColorSpan", "Fold", "LiveSyntax"),
    "lua_engine.scripts.syntax": ("Place",),
    "lua_engine.data.formats": (
        "TEXT_FORMATS",
        "TEXT_LABELS",
        "TextFormat",
        "text_writer",
    ),
    "lua_engine.debugger.binding": ("Binding",),
    "lua_engine.debugger.breakpoints": ("Breakpoint",),
    "lua_engine.debugger.coverage": (
        "Branch",
        "ScriptCoverage",
    ),
    "lua_engine.debugger.debugger": ("Debugger",),
    "lua_engine.debugger.messages": (
        "BreakpointsChanged",
        "DebugArmed",
        "DebugEnded",
        "DebugError",
        "DebugLogged",
        "DebugResumed",
        "DebugStarted",
        "DebugState",
        "DebugStopped",
        "DebugValue",
        "Evaluation",
        "LineRound",
        "LineValues",
        "Margin",
        "Recorded",
        "StackFrame",
        "StopReason",
        "Stopped",
        "ValuePage",
    ),
    "lua_engine.debugger.options": ("DebugOptions",),
    "lua_engine.debugger.session": ("DebugSession",),
    "lua_engine.store.tables.values": ("parse_value",),
    "lua_engine.store.tables.source": ("RowKey",),
    "lua_engine.store.tables.reading": (
        "Facet",
        "LongValue",
        "Page",
        "ReadCancelled",
    ),
    "lua_engine.store.tables.query": (
        "Order",
        "RowQuery",
    ),
    "lua_engine.store.tables.index": ("RowIndex",),
    "lua_engine.store.tables.filters": ("Filter",),
    "lua_engine.store.tables.edit": (
        "CellEdit",
        "EditConflict",
        "UNKNOWN",
    ),
    "lua_engine.store.tables.access": (
        "Decision",
        "Rule",
    ),
    "lua_engine.store.connections": ("RawText",),
    "lua_engine.store.changes.undo": (
        "UndoConflict",
        "UndoEntry",
    ),
    "lua_engine.store.changes.inverse": ("Conflict",),
    "lua_engine.data.usage": ("TableUse",),
    "lua_engine.data.provenance": (
        "RowHistory",
        "RowWrite",
    ),
    "lua_engine.data.part": (
        "SiteData",
        "Viewer",
    ),
    "lua_engine.base.deadline": ("Deadline",),
    "lua_engine.community.chat": (
        "ChatRooms",
        "Message",
        "Room",
        "RoomState",
    ),
    "lua_engine.community.groups": (
        "GroupError",
        "Groups",
        "Member",
    ),
    "lua_engine.community.listen": (
        "ListenError",
        "ListenSession",
        "ListenState",
    ),
    "lua_engine.community.tracks": (
        "Track",
        "TrackError",
    ),
    "lua_engine.site.identity": ("random_peer_id",),
    "lua_engine.site.lock": ("SiteLocked",),
    "lua_engine.site.new_site": ("new_site",),
    "lua_engine.site.settings": ("SiteSettings",),
    "lua_engine.store.community.community_rows": (
        "Actor",
        "GroupRow",
    ),
    "lua_engine.base.strict_json": ("JsonProblem", "parse_json"),
    "lua_engine.checks.files": ("SavedCalls",),
    "lua_engine.checks.model": (
        "AccessCheck",
        "AccessResult",
        "Cell",
        "CheckError",
        "CheckResult",
        "Expectation",
        "SavedCall",
    ),
    "lua_engine.checks.recording": ("VisitRecorder",),
    "lua_engine.checks.visit": ("StepResult", "Visit", "VisitResult", "VisitStep"),
    "lua_engine.pages.body": ("Body",),
    "lua_engine.pages.errors": ("PageError", "PageErrorKind"),
    "lua_engine.pages.files": ("PageFile",),
    "lua_engine.pages.mailboxes": ("Mailbox", "News"),
    "lua_engine.pages.pages": ("Pages",),
    "lua_engine.rehearsal.page_copy": ("PageCopy",),
    "lua_engine.store.changes.diff": (
        "TouchedTable",
        "ChangedRow",
        "DataDiff",
        "TableDiff",
    ),
    "lua_engine.history.call_history": (
        "CallHistory",
        "HistoryEntry",
        "HistoryRecord",
    ),
    "lua_engine.base.caller": ("Caller",),
    "lua_engine.engine": ("Engine",),
    "lua_engine.base.errors": (
        "BugError",
        "CallerError",
        "ConfigError",
        "EngineError",
        "ErrorKind",
        "KnownError",
        "SchemaError",
        "SiteError",
        "StoreError",
    ),
    "lua_engine.base.events": (
        "RowChange",
        "ConfigChanged",
        "DataChanged",
        "Event",
        "EventBus",
        "Goop2Changed",
        "GroupClosed",
        "GroupsChanged",
        "ListenChanged",
        "LogRecorded",
        "MessageSent",
        "ScriptsChanged",
        "SiteFilesChanged",
        "StoreWaiting",
        "TemplateChanged",
    ),
    "lua_engine.base.locales": ("use_neutral_locale",),
    "lua_engine.base.records": ("Effect", "LogLine", "Origin", "PortabilityNote", "SqlStatement"),
    "lua_engine.calls.caller_ref": ("OWNER_REF", "STRANGER_REF", "CallerRef"),
    "lua_engine.calls.callers": ("Callers",),
    "lua_engine.calls.calls": ("Calls",),
    "lua_engine.calls.cancellation": ("Cancellation",),
    "lua_engine.calls.events": ("CallFinished",),
    "lua_engine.calls.handle": ("CallHandle",),
    "lua_engine.calls.outcome": ("OUTCOMES", "OUTCOME_WORDS", "Outcome", "outcome_of", "reason_of"),
    "lua_engine.calls.request": ("EVENTS", "KINDS", "Request", "RequestKind"),
    "lua_engine.calls.request_json": ("RequestError", "request_from_json"),
    "lua_engine.calls.result": ("CallError", "CallResult", "RateState", "Timings"),
    "lua_engine.calls.simulated": ("new_stranger",),
    "lua_engine.checks.checker": ("Checker",),
    "lua_engine.scripts.editing": ("ScriptEdit",),
    "lua_engine.scripts.handlers": ("ActionInfo",),
    "lua_engine.scripts.registry": (
        "ScriptInfo",
        "ScriptProblem",
    ),
    "lua_engine.site.config": ("LuaSettings",),
    "lua_engine.site.folder": ("SiteFolder",),
    "lua_engine.site.peers": ("Peer",),
    "lua_engine.store.tables.paging": ("RowPage",),
    "lua_engine.store.tables.info": (
        "ColumnInfo",
        "TableInfo",
    ),
    "lua_engine.templates.archive": ("write_template",),
    "lua_engine.templates.installer": (
        "Backup",
        "InstallProgress",
        "InstallResult",
        "Templates",
    ),
    "lua_engine.templates.manifest": (
        "Manifest",
        "TemplateError",
    ),
    "lua_engine.templates.package": (
        "Template",
        "read_template",
    ),
    "lua_engine.store.tables.schema_files": ("SchemaProblem",),
    "lua_engine.templates.undecided": ("UndecidedChange",),
    "lua_engine.templates.plan": (
        "ClosedGroup",
        "DroppedTable",
        "FileChange",
        "InstallPlan",
    ),
}
_HOMES = {name: module for module, names in _EXPORTS.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


__all__ = [
    "AccessCheck",
    "AccessResult",
    "ActionInfo",
    "Actor",
    "Backup",
    "Binding",
    "Body",
    "Branch",
    "Breakpoint",
    "BreakpointsChanged",
    "BugError",
    "CODES",
    "CallError",
    "CallFinished",
    "CallHandle",
    "CallHistory",
    "CallResult",
    "CallSummary",
    "Caller",
    "CallerError",
    "CallerRef",
    "Callers",
    "Calls",
    "Cancellation",
    "Cell",
    "CellEdit",
    "ChangedRow",
    "ChatRooms",
    "CheckError",
    "CheckResult",
    "Checker",
    "ClosedGroup",
    "ColorSpan",
    "ColumnInfo",
    "Completion",
    "ConfigChanged",
    "ConfigError",
    "Conflict",
    "DataChanged",
    "DataDiff",
    "DataFinding",
    "DataReport",
    "Deadline",
    "DebugArmed",
    "DebugEnded",
    "DebugError",
    "DebugLogged",
    "DebugOptions",
    "DebugResumed",
    "DebugSession",
    "DebugStarted",
    "DebugState",
    "DebugStopped",
    "DebugValue",
    "Debugger",
    "Decision",
    "Draft",
    "Drafts",
    "DroppedTable",
    "EVENTS",
    "EditConflict",
    "Effect",
    "Engine",
    "EngineError",
    "ErrorKind",
    "Evaluation",
    "Event",
    "EventBus",
    "Expectation",
    "Exported",
    "FILE_FORMATS",
    "Facet",
    "FileChange",
    "FileFindings",
    "FileFormat",
    "Filter",
    "Finding",
    "Fold",
    "Goop2Changed",
    "GroupClosed",
    "GroupError",
    "GroupRow",
    "Groups",
    "GroupsChanged",
    "HistoryEntry",
    "HistoryRecord",
    "ImportCheck",
    "ImportFormat",
    "ImportProblem",
    "InstallPlan",
    "InstallProgress",
    "InstallResult",
    "JsonProblem",
    "KINDS",
    "Kind",
    "KnownError",
    "Language",
    "LineRound",
    "LineValues",
    "ListenChanged",
    "ListenError",
    "ListenSession",
    "ListenState",
    "LiveSyntax",
    "LogLimits",
    "LogLine",
    "LogQuery",
    "LogReader",
    "LogRecord",
    "LogRecorded",
    "LongValue",
    "LuaSettings",
    "Mailbox",
    "Manifest",
    "Margin",
    "Member",
    "Message",
    "MessageSent",
    "News",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "OWNER_REF",
    "Order",
    "Origin",
    "Outcome",
    "Page",
    "PageCopy",
    "PageError",
    "PageErrorKind",
    "PageFile",
    "Pages",
    "Peer",
    "Place",
    "PortabilityNote",
    "RateState",
    "RawText",
    "ReadCancelled",
    "Recorded",
    "RenameError",
    "Request",
    "RequestError",
    "RequestKind",
    "Room",
    "RoomState",
    "RowChange",
    "RowHistory",
    "RowImport",
    "RowIndex",
    "RowKey",
    "RowPage",
    "RowQuery",
    "RowWrite",
    "Rule",
    "STRANGER_REF",
    "SavedCall",
    "SavedCalls",
    "SchemaError",
    "SchemaPlan",
    "SchemaProblem",
    "ScriptCoverage",
    "ScriptEdit",
    "ScriptInfo",
    "ScriptProblem",
    "ScriptVersion",
    "ScriptsChanged",
    "SiteData",
    "SiteError",
    "SiteFacts",
    "SiteFilesChanged",
    "SiteFolder",
    "SiteLocked",
    "SiteLog",
    "SiteSettings",
    "SqlPreview",
    "SqlResult",
    "SqlStatement",
    "StackFrame",
    "StepResult",
    "StopReason",
    "Stopped",
    "StoreError",
    "StoreWaiting",
    "TEXT_FORMATS",
    "TEXT_LABELS",
    "TableDiff",
    "TableInfo",
    "TableSize",
    "TableUse",
    "Template",
    "TemplateChanged",
    "TemplateError",
    "Templates",
    "TextFormat",
    "Timings",
    "TouchedTable",
    "Track",
    "TrackError",
    "UNKNOWN",
    "UndecidedChange",
    "UndoConflict",
    "UndoEntry",
    "ValuePage",
    "Viewer",
    "Visit",
    "VisitRecorder",
    "VisitResult",
    "VisitStep",
    "export_format",
    "lua_version",
    "new_site",
    "new_stranger",
    "outcome_of",
    "parse_json",
    "parse_value",
    "random_peer_id",
    "read_template",
    "record_of_line",
    "reason_of",
    "request_from_json",
    "sqlite_version",
    "text_writer",
    "use_neutral_locale",
    "write_template",
]
