"""The engine of Goop2 sites: opens a site folder and runs its Lua scripts in a sandbox.

This module is the facade: what it exports is the public interface, and all that our own console uses::

    from lua_engine import Engine

    with Engine.open("/path/to/site") as engine:
        result = engine.calls.call("todo", {"action": "list"}, caller=engine.owner)
        print(result.value if result.ok else result.error.message)

Names are imported when they are first asked for: the window takes the events and the errors at once, and
SQLAlchemy with the engine later. ``exports.py`` says where each name comes from.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lua_engine.exports import HOMES

if TYPE_CHECKING:  # `as` of the same name: mypy takes it as exported
    from lua_engine.base.caller import Caller as Caller
    from lua_engine.base.deadline import Deadline as Deadline
    from lua_engine.base.errors import (
        BugError as BugError,
        CallerError as CallerError,
        ConfigError as ConfigError,
        EngineError as EngineError,
        ErrorKind as ErrorKind,
        KnownError as KnownError,
        SchemaError as SchemaError,
        SiteError as SiteError,
        StoreError as StoreError,
    )
    from lua_engine.base.events import (
        ConfigChanged as ConfigChanged,
        DataChanged as DataChanged,
        Event as Event,
        EventBus as EventBus,
        Goop2Changed as Goop2Changed,
        GroupClosed as GroupClosed,
        GroupsChanged as GroupsChanged,
        ListenChanged as ListenChanged,
        LogRecorded as LogRecorded,
        MessageSent as MessageSent,
        RowChange as RowChange,
        ScriptsChanged as ScriptsChanged,
        SiteFilesChanged as SiteFilesChanged,
        StoreWaiting as StoreWaiting,
        TemplateChanged as TemplateChanged,
    )
    from lua_engine.base.locales import use_neutral_locale as use_neutral_locale
    from lua_engine.base.records import (
        Effect as Effect,
        LogLine as LogLine,
        Origin as Origin,
        PortabilityNote as PortabilityNote,
        SqlStatement as SqlStatement,
    )
    from lua_engine.base.strict_json import JsonProblem as JsonProblem, parse_json as parse_json
    from lua_engine.calls.caller_ref import (
        OWNER_REF as OWNER_REF,
        STRANGER_REF as STRANGER_REF,
        CallerRef as CallerRef,
    )
    from lua_engine.calls.callers import Callers as Callers
    from lua_engine.calls.calls import Calls as Calls
    from lua_engine.calls.cancellation import Cancellation as Cancellation
    from lua_engine.calls.events import CallFinished as CallFinished
    from lua_engine.calls.handle import CallHandle as CallHandle
    from lua_engine.calls.outcome import (
        OUTCOME_WORDS as OUTCOME_WORDS,
        OUTCOMES as OUTCOMES,
        Outcome as Outcome,
        outcome_of as outcome_of,
        reason_of as reason_of,
    )
    from lua_engine.calls.request import (
        EVENTS as EVENTS,
        KINDS as KINDS,
        Request as Request,
        RequestKind as RequestKind,
    )
    from lua_engine.calls.request_json import (
        RequestError as RequestError,
        request_from_json as request_from_json,
    )
    from lua_engine.calls.result import (
        CallError as CallError,
        CallResult as CallResult,
        RateState as RateState,
        Timings as Timings,
    )
    from lua_engine.calls.simulated import new_stranger as new_stranger
    from lua_engine.checks.checker import Checker as Checker
    from lua_engine.checks.files import SavedCalls as SavedCalls
    from lua_engine.checks.model import (
        AccessCheck as AccessCheck,
        AccessResult as AccessResult,
        Cell as Cell,
        CheckError as CheckError,
        CheckResult as CheckResult,
        Expectation as Expectation,
        SavedCall as SavedCall,
    )
    from lua_engine.checks.recording import VisitRecorder as VisitRecorder
    from lua_engine.checks.visit import (
        StepResult as StepResult,
        Visit as Visit,
        VisitResult as VisitResult,
        VisitStep as VisitStep,
    )
    from lua_engine.community.chat import (
        ChatRooms as ChatRooms,
        Message as Message,
        Room as Room,
        RoomState as RoomState,
    )
    from lua_engine.community.groups import GroupError as GroupError, Groups as Groups, Member as Member
    from lua_engine.community.listen import (
        ListenError as ListenError,
        ListenSession as ListenSession,
        ListenState as ListenState,
    )
    from lua_engine.community.tracks import Track as Track, TrackError as TrackError
    from lua_engine.data.exporting import (
        FILE_FORMATS as FILE_FORMATS,
        Exported as Exported,
        FileFormat as FileFormat,
        export_format as export_format,
    )
    from lua_engine.data.formats import (
        TEXT_FORMATS as TEXT_FORMATS,
        TEXT_LABELS as TEXT_LABELS,
        TextFormat as TextFormat,
        text_writer as text_writer,
    )
    from lua_engine.data.importing import (
        ImportCheck as ImportCheck,
        ImportFormat as ImportFormat,
        ImportProblem as ImportProblem,
        RowImport as RowImport,
    )
    from lua_engine.data.part import SiteData as SiteData, Viewer as Viewer
    from lua_engine.data.provenance import RowHistory as RowHistory, RowWrite as RowWrite
    from lua_engine.data.usage import TableUse as TableUse
    from lua_engine.debugger.binding import Binding as Binding
    from lua_engine.debugger.breakpoints import Breakpoint as Breakpoint
    from lua_engine.debugger.coverage import Branch as Branch, ScriptCoverage as ScriptCoverage
    from lua_engine.debugger.debugger import Debugger as Debugger
    from lua_engine.debugger.messages import (
        BreakpointsChanged as BreakpointsChanged,
        DebugArmed as DebugArmed,
        DebugEnded as DebugEnded,
        DebugError as DebugError,
        DebugLogged as DebugLogged,
        DebugResumed as DebugResumed,
        DebugStarted as DebugStarted,
        DebugState as DebugState,
        DebugStopped as DebugStopped,
        DebugValue as DebugValue,
        Evaluation as Evaluation,
        LineRound as LineRound,
        LineValues as LineValues,
        Margin as Margin,
        Recorded as Recorded,
        StackFrame as StackFrame,
        Stopped as Stopped,
        StopReason as StopReason,
        SuspendedCoroutine as SuspendedCoroutine,
        ValuePage as ValuePage,
    )
    from lua_engine.debugger.options import DebugOptions as DebugOptions
    from lua_engine.debugger.session import DebugSession as DebugSession
    from lua_engine.engine import Engine as Engine
    from lua_engine.engine_parts import (
        import_first_parts as import_first_parts,
        import_parts as import_parts,
    )
    from lua_engine.history.call_history import (
        CallHistory as CallHistory,
        HistoryEntry as HistoryEntry,
        HistoryRecord as HistoryRecord,
    )
    from lua_engine.language.completion import Completion as Completion
    from lua_engine.language.finding import CODES as CODES, Finding as Finding
    from lua_engine.language.language import FileFindings as FileFindings, Language as Language
    from lua_engine.language.navigation import RenameError as RenameError
    from lua_engine.language.script import Kind as Kind
    from lua_engine.language.site_facts import SiteFacts as SiteFacts
    from lua_engine.language.symbols import Symbol as Symbol
    from lua_engine.logs.limits import LogLimits as LogLimits
    from lua_engine.logs.log import SiteLog as SiteLog
    from lua_engine.logs.query import LogQuery as LogQuery
    from lua_engine.logs.reader import LogReader as LogReader
    from lua_engine.logs.record import (
        CallSummary as CallSummary,
        LogRecord as LogRecord,
        record_of_line as record_of_line,
    )
    from lua_engine.pages.body import Body as Body
    from lua_engine.pages.direct.result import DirectRequest as DirectRequest, DirectResult as DirectResult
    from lua_engine.pages.errors import PageError as PageError, PageErrorKind as PageErrorKind
    from lua_engine.pages.files import PageFile as PageFile
    from lua_engine.pages.mailboxes import Mailbox as Mailbox, News as News
    from lua_engine.pages.pages import Pages as Pages
    from lua_engine.rehearsal.page_copy import PageCopy as PageCopy
    from lua_engine.runtime.lua_version import lua_version as lua_version
    from lua_engine.scripts.drafts import Draft as Draft, Drafts as Drafts
    from lua_engine.scripts.editing import ScriptEdit as ScriptEdit
    from lua_engine.scripts.handlers import ActionInfo as ActionInfo
    from lua_engine.scripts.folds import Fold as Fold
    from lua_engine.scripts.live_syntax import (
        ColorSpan as ColorSpan,
        LiveSyntax as LiveSyntax,
        Parsed as Parsed,
    )
    from lua_engine.scripts.entries import ScriptInfo as ScriptInfo, ScriptProblem as ScriptProblem
    from lua_engine.scripts.syntax import Place as Place
    from lua_engine.scripts.versions import ScriptVersion as ScriptVersion
    from lua_engine.site.config import LuaSettings as LuaSettings
    from lua_engine.site.folder import SiteFolder as SiteFolder
    from lua_engine.site.identity import random_peer_id as random_peer_id
    from lua_engine.site.lock import SiteLocked as SiteLocked
    from lua_engine.site.new_site import new_site as new_site
    from lua_engine.site.peers import Peer as Peer
    from lua_engine.site.settings import SiteSettings as SiteSettings
    from lua_engine.store.changes.diff import (
        ChangedRow as ChangedRow,
        DataDiff as DataDiff,
        TableDiff as TableDiff,
        TouchedTable as TouchedTable,
    )
    from lua_engine.store.changes.inverse import Conflict as Conflict
    from lua_engine.store.changes.undo import UndoConflict as UndoConflict, UndoEntry as UndoEntry
    from lua_engine.store.community.records import Actor as Actor, GroupRow as GroupRow
    from lua_engine.store.connections import RawText as RawText
    from lua_engine.store.sqlite_version import sqlite_version as sqlite_version
    from lua_engine.store.tables.access import Decision as Decision, Rule as Rule
    from lua_engine.store.tables.edit import (
        UNKNOWN as UNKNOWN,
        CellEdit as CellEdit,
        EditConflict as EditConflict,
    )
    from lua_engine.store.tables.filters import Filter as Filter
    from lua_engine.store.tables.health import (
        DataFinding as DataFinding,
        DataReport as DataReport,
        TableSize as TableSize,
    )
    from lua_engine.store.tables.index import RowIndex as RowIndex
    from lua_engine.store.tables.info import ColumnInfo as ColumnInfo, TableInfo as TableInfo
    from lua_engine.store.tables.paging import RowPage as RowPage
    from lua_engine.store.tables.query import Order as Order, RowQuery as RowQuery
    from lua_engine.store.tables.reading import (
        Facet as Facet,
        LongValue as LongValue,
        Page as Page,
        ReadCancelled as ReadCancelled,
    )
    from lua_engine.store.tables.schema_change import SchemaPlan as SchemaPlan
    from lua_engine.store.tables.schema_files import SchemaProblem as SchemaProblem
    from lua_engine.store.tables.source import RowKey as RowKey
    from lua_engine.store.tables.sql import SqlPreview as SqlPreview, SqlResult as SqlResult
    from lua_engine.store.tables.values import parse_value as parse_value
    from lua_engine.templates.archive import write_template as write_template
    from lua_engine.templates.installer import Templates as Templates
    from lua_engine.templates.result import (
        Backup as Backup,
        InstallProgress as InstallProgress,
        InstallResult as InstallResult,
    )
    from lua_engine.templates.manifest import Manifest as Manifest, TemplateError as TemplateError
    from lua_engine.templates.package import Template as Template, read_template as read_template
    from lua_engine.templates.plan import (
        ClosedGroup as ClosedGroup,
        DroppedTable as DroppedTable,
        FileChange as FileChange,
        InstallPlan as InstallPlan,
    )
    from lua_engine.templates.undecided import UndecidedChange as UndecidedChange


def __getattr__(name: str) -> Any:
    module = HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value
