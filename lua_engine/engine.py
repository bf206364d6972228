"""The engine: opens a site folder, runs its scripts, tells what happened. Wiring and lifecycle; the work is
done in the rooms.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from lua_engine.api.catalog import load_functions, load_glue
from lua_engine.api.reference import definitions
from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.errors import KnownError
from lua_engine.base.events import ConfigChanged, DataChanged, Event, EventBus
from lua_engine.base.records import LogLine, Origin
from lua_engine.calls.call import Call
from lua_engine.calls.callers import Callers
from lua_engine.calls.calls import Calls
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.gate import Gate
from lua_engine.calls.ratelimit import RateLimiter
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.calls.runner import CallRunner
from lua_engine.checks.checker import Checker
from lua_engine.checks.files import SavedCalls
from lua_engine.community.chat import ChatRooms
from lua_engine.community.groups import Groups
from lua_engine.community.listen import ListenSession
from lua_engine.community.peers import Peers
from lua_engine.data.part import SiteData
from lua_engine.debugger.debugger import Debugger
from lua_engine.history.call_history import CallHistory
from lua_engine.language.language import Language
from lua_engine.logs.log import SiteLog
from lua_engine.net.client import HttpClient
from lua_engine.pages.beside import Goop2Beside
from lua_engine.pages.pages import Pages
from lua_engine.pages.parts import PageParts, RunCall
from lua_engine.rehearsal.page_copy import Keep, PageCopy
from lua_engine.rehearsal.recorder import Recorder
from lua_engine.rehearsal.rehearsals import Rehearsals
from lua_engine.rehearsal.stage import LiveParts, Stage
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.covering import Covering
from lua_engine.runtime.debugging import Debugging
from lua_engine.runtime.pool import VmPool
from lua_engine.runtime.prelude import Prelude, compile_prelude
from lua_engine.scripts.last_good import LastGood
from lua_engine.scripts.registry import Script, ScriptRegistry
from lua_engine.scripts.scripts import Scripts
from lua_engine.scripts.watcher import ScriptWatcher
from lua_engine.site.atomic import sweep_temporaries
from lua_engine.site.files import SiteFiles
from lua_engine.site.folder import SiteFolder
from lua_engine.site.kv import KvStore
from lua_engine.site.lock import SiteLock, SiteLocked
from lua_engine.site.peers import PeerBook
from lua_engine.site.settings import Settings
from lua_engine.store.changes.private_copy import PrivateCopy
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.community.community_rows import CommunityRows
from lua_engine.store.community.peer_rows import PeerRows
from lua_engine.store.database import Database
from lua_engine.store.external_writes import ExternalWatcher
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.schema_files import SchemaFiles
from lua_engine.templates.installer import SiteParts, Templates

_PEER_TABLES = frozenset({"_peer_cache", "_favorites"})


@cache
def _prelude() -> Prelude:
    """The prelude is the same for every site: compiled once per process."""
    return compile_prelude(load_functions(), load_glue())


class Engine:
    """One open site. Thread-safe and synchronous; ``close`` it when done."""

    def __init__(
        self, folder: SiteFolder, *, watch: bool, lock: SiteLock | None = None, read_only: bool = False
    ) -> None:
        self.site = folder
        self.is_read_only = read_only
        self.bus = EventBus()
        self._lock = lock
        self._gate = Gate()
        self._limiter = RateLimiter()
        self._database = RecordingDatabase(folder.data_db, read_only=read_only, bus=self.bus)
        try:
            self._services = self._make_services()
            self.data = SiteData(
                self._database,
                self._services.tables,
                self._services.scripts,
                self.bus,
                folder,
                self._services.groups.template_role,
            )
            """The data browser's ground: rows of any table, edits with undo, who wrote what."""
            self._pool = VmPool(_prelude())
            self._runner = CallRunner(
                self._services, self._pool, load_functions(), lambda: self.owner, self._debugging
            )
            self._recorder = Recorder(self._database)
            self._dispatcher = Dispatcher(
                self._services,
                self._runner,
                self._limiter,
                self._gate,
                self._database.adopt,
                self._recorder.on_closing,
            )
            self._rehearsals = Rehearsals(self._live_parts())
            self._hang_parts(folder, read_only=read_only)
        except BaseException:
            self._database.close()
            raise
        self._recover()
        if not read_only:
            sweep_temporaries(folder.path, folder.written_folders)
        self._mend()
        self.bus.subscribe(self._on_event)
        self._services.scripts.load_all()
        self.schemas.reload()
        self._watcher = ScriptWatcher(
            folder, self._services.scripts, self.settings.reload, self.schemas.reload
        )
        self._external_writes = ExternalWatcher(
            folder.data_db,
            self._database.was_written_externally,
            self._on_external_write,
            self._on_database_replaced,
        )
        if watch:
            self._watcher.start()
            self._external_writes.start()
        self.data.recover()

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        overrides: Mapping[str, Any] | None = None,
        watch: bool = True,
        lock: bool = False,
        read_only: bool = False,
    ) -> Engine:
        """Open the site folder at ``path``.

        ``overrides`` replace keys of the ``lua`` section for this run; ``watch`` reloads scripts and settings
        as files change; ``lock`` takes the site for this console alone (:class:`SiteLocked` names who has
        it); ``read_only`` changes nothing in the folder. Raises a :class:`KnownError` that names the file,
        key or value.
        """
        folder = SiteFolder.open(path, overrides=overrides, read_only=read_only)
        held = SiteLock.acquire(folder.console_dir) if lock else None
        try:
            return cls(folder, watch=watch, lock=held, read_only=read_only)
        except BaseException:
            if held is not None:
                held.release()
            raise

    def _hang_parts(self, folder: SiteFolder, *, read_only: bool) -> None:
        services = self._services
        self.settings = Settings(folder, self._on_config_changed)
        """goop.json as its owner sees it."""
        self.scripts = Scripts(folder, services.scripts, definitions, self.settings.reload)
        """The scripts: list, read, check, change, reload."""
        self.peers = Peers(folder, services.peers, services.groups)
        """Everybody who can be the caller."""
        self.groups: Groups = services.groups
        """The hosted groups and their members."""
        self.rooms: ChatRooms = services.chat
        """The chat rooms."""
        self.listen: ListenSession = services.listen
        """The listening session."""
        self.schemas = SchemaFiles(folder, services.scripts.log)
        """The files of table schemas, and what is wrong with them."""
        self.tables: TableCatalog = services.tables
        """The tables and their rows."""
        self.language = Language(folder, services.scripts, services.tables)
        """What an editor asks about a script: findings, completion, places."""
        self.templates = Templates(self._template_parts())
        """Installing templates, going back to before, ready commands."""
        self.pages = Pages(self._page_parts(services, self._database, self._run_for_page))
        """What the site's pages may ask, as which visitor."""
        self.beside = Goop2Beside(folder, self.bus)
        """A Goop2 that runs this site too; it is looked for once it is started."""
        self.calls = Calls(
            self._dispatcher,
            self._runner,
            self._limiter,
            lambda call: self._recorder.run(self._dispatcher, call),
            self._rehearsals,
            Callers(services.groups, services.peers),
            lambda: folder.settings.timeout_seconds,
        )
        """Every call: for real or dry, waited for or not, from wherever it comes."""
        self.checks = Checker(
            self.calls,
            SavedCalls(folder.console_dir / "calls", read_only=read_only),
            lambda: self._copied_pages(Origin.CHECK, lambda _result: None),
        )
        """Saved calls and access checks: their files, and running them."""
        self.log = SiteLog(folder.log_path, self.bus, self.peers.role_of, read_only=read_only)
        """The log on disk: every line and every call."""
        breakpoints = None if read_only else folder.console_dir / "breakpoints.json"
        self.debugger = Debugger(
            self.bus, services.scripts, self.calls, self.peers.role_of, folder.path, breakpoints
        )
        """Breakpoints, debugged calls, the trap for the next real call."""
        history = None if read_only else folder.console_dir / "history.db"
        self.history = CallHistory(history, self.peers.role_of)
        """Calls that somebody chose to keep."""

    def _make_services(self) -> Services:
        folder, bus = self.site, self.bus
        tables = TableCatalog(self._database)
        rows = CommunityRows(self._database)
        peers = PeerBook(folder, PeerRows(self._database))
        groups = Groups(rows, bus, lambda: self.owner, lambda peer_id: peers.complete(Caller(peer_id)).label)
        return Services(
            folder=folder,
            settings=lambda: folder.settings,
            bus=bus,
            database=self._database,
            tables=tables,
            scripts=ScriptRegistry(folder, bus, LastGood(folder, is_kept=self._lock is not None)),
            peers=peers,
            kv=KvStore(folder.state_dir, read_only=self.is_read_only),
            files=SiteFiles(folder.site_root),
            groups=groups,
            chat=ChatRooms(groups, rows, bus),
            listen=ListenSession(groups, bus, folder.path / "shared"),
            http=HttpClient(),
        )

    # Who and how
    # --------------------------------------------------------------------------------------------------

    @property
    def owner(self) -> Caller:
        """The site's owner."""
        return self.site.owner

    # Calls
    # --------------------------------------------------------------------------------------------------------

    def call(
        self, function: str, params: Any = None, *, caller: Caller, count_rate: bool = True, call_id: str = ""
    ) -> CallResult:
        """``calls.run`` of a data function, for real: never raises for what a script does."""
        return self.calls.run(Request.call(function, params), caller, counts=count_rate, call_id=call_id)

    def chat(self, text: str, *, caller: Caller, count_rate: bool = True, call_id: str = "") -> CallResult:
        """``calls.run`` of a chat message, for real; ``value`` is the reply, or None when nobody answers."""
        return self.calls.run(Request.chat(text), caller, counts=count_rate, call_id=call_id)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DataChanged) and (not event.tables or not _PEER_TABLES.isdisjoint(event.tables)):
            self._services.peers.refresh()

    def _on_external_write(self) -> None:
        self.bus.publish(DataChanged((), "external"))

    def _on_database_replaced(self) -> None:
        path = self.site.data_db
        self._complain(
            f"{path} was replaced or removed by another program; "
            "close the site and open it again, or what is written now is lost"
        )

    def _complain(self, message: str) -> None:
        self._runner.publish_log(LogLine(time.time(), "error", message))

    # Site
    # ------------------------------------------------------------

    def _on_config_changed(self) -> None:
        # The folders may have moved with the settings.
        self._services.kv = KvStore(self.site.state_dir, read_only=self.is_read_only)
        self._services.files = SiteFiles(self.site.site_root)
        self._services.scripts.reload()
        self.bus.publish(ConfigChanged())

    def copy_pages(self) -> PageCopy:
        """The site's pages on a copy of its data; close it when done. Raises :class:`KnownError`."""
        return self._copied_pages(Origin.PAGE, self.history.add)

    def _copied_pages(self, origin: Origin, keep: Keep) -> PageCopy:
        def parts(stage: Stage, copy: PrivateCopy, run: RunCall) -> PageParts:
            return self._page_parts(stage.services, copy.database, run)

        return PageCopy(self._live_parts(), self._rehearsals.copies, parts, keep, origin)

    def _page_parts(self, services: Services, database: Database, run: RunCall) -> PageParts:
        return PageParts(
            folder=self.site,
            settings=lambda: self.settings.lua,
            bus=services.bus,
            database=database,
            tables=services.tables,
            peers=services.peers,
            groups=services.groups,
            rooms=services.chat,
            owner=lambda: self.owner,
            functions=lambda: [
                {"name": one.name, "description": one.description} for one in self.scripts.functions()
            ],
            run=run,
            is_read_only=self.is_read_only,
        )

    def _function_names(self) -> list[dict[str, str]]:
        return [{"name": one.name, "description": one.description} for one in self.scripts.functions()]

    def _run_for_page(self, function: str, params: Any, caller: Caller, call_id: str) -> CallResult:
        request = Request.call(function, params)
        result = self.calls.run(
            request, caller, origin=Origin.PAGE, counts=True, keeps_diff=True, call_id=call_id
        )
        self.history.add(result)
        return result

    def _live_parts(self) -> LiveParts:
        return LiveParts(
            self._services,
            self._pool,
            load_functions(),
            lambda: self.owner,
            self._limiter,
            self._gate,
            self._debugging,
            lambda call: self.debugger.is_debugged(call),
        )

    def _debugging(
        self, call: Call, script: Script, run: RunContext, data: Database
    ) -> Debugging | Covering | None:
        return self.debugger.debugging(call, script, run, data)

    def _template_parts(self) -> SiteParts:
        return SiteParts(
            folder=self.site,
            bus=self.bus,
            database=self._database,
            scripts=self._services.scripts,
            groups=self._services.groups,
            stage=lambda folder: Engine(folder, watch=False),
            alone=self._gate.shut,
            locked=lambda: (
                nullcontext() if self._lock is not None else SiteLock.acquire(self.site.console_dir)
            ),
            farewell=self._farewell,
            seed=self._seed,
        )

    def _seed(self) -> CallResult | None:
        if self._services.scripts.function("seed") is None:
            return None
        return self.calls.call("seed", caller=self.owner, counts=False)

    def _farewell(self, script: Script, group_id: str) -> CallResult:
        """``on_group_close`` of a script that was there when the group was, and is not any more."""
        request = Request.event("on_group_close", group_id)
        call = Call(request, self.owner, self.settings.lua.timeout_seconds, origin=Origin.EVENT)
        call.script = script.name
        return self._runner.finish(self._runner.run(call, script, "on_group_close", group_id))

    def _recover(self) -> None:
        """Finish or undo a change of the site that was cut off, unless another console is at it right now.
        One that came with the folder is only said.
        """
        for change in self.templates.undecided():
            self._services.scripts.log("warn", f"{change.summary} Undo it or drop it ({change.id})")
        if self.is_read_only or not self.templates.has_unfinished():
            return
        try:
            with self._template_parts().locked():
                for message in self.templates.recover():
                    self._services.scripts.log("warn", message)
        except SiteLocked as error:
            self._services.scripts.log("warn", f"a change of the site is not finished; {error}")

    def _mend(self) -> None:
        if self.is_read_only:
            return
        try:
            self.templates.mend()
        except KnownError as error:  # Goop2 is writing: the next start does it
            self._services.scripts.log("warn", f"data.db could not be mended yet: {error}")

    def close(self) -> None:
        """End every call, thread and connection. A call that comes later is answered: ``busy``."""
        self._dispatcher.shut()
        steps: tuple[Callable[[], None], ...] = (
            self.pages.close,
            self.beside.stop,
            self._watcher.stop,
            self._external_writes.stop,
            self.debugger.close,
            self.calls.cancel_all,
            self._rehearsals.close,
            self.history.close,
            self.log.close,
            self._dispatcher.close,
            self._runner.close,
            self.calls.close,
            self._pool.close,
            self.data.close,
            self._database.close,
        )
        with ExitStack() as rest:  # a step that fails keeps none of the others from running
            if self._lock is not None:
                rest.callback(self._lock.release)
            for step in reversed(steps):
                rest.callback(step)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
