"""The engine: opens a site folder, runs its scripts, tells what happened. Wiring and lifecycle; the work is
done in the rooms.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from lua_engine.community.chat import ChatRooms
from lua_engine.community.groups import Groups
from lua_engine.community.listen import ListenSession
from lua_engine.community.peers import Peers
from lua_engine.data.provenance import Writes
from lua_engine.engine_parts import LazyParts
from lua_engine.logs.log import SiteLog
from lua_engine.net.client import HttpClient
from lua_engine.rehearsal.recorder import Recorder
from lua_engine.rehearsal.rehearsals import Rehearsals
from lua_engine.rehearsal.stage import LiveParts
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.covering import Covering
from lua_engine.runtime.debugging import Debugging
from lua_engine.runtime.pool import VmPool
from lua_engine.runtime.prelude import Prelude, compile_prelude
from lua_engine.scripts.entries import Script
from lua_engine.scripts.last_good import LastGood
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.scripts.scripts import Scripts
from lua_engine.site.atomic import sweep_temporaries
from lua_engine.site.files import SiteFiles
from lua_engine.site.folder import SiteFolder
from lua_engine.site.kv import KvStore
from lua_engine.site.lock import SiteLock, SiteLocked
from lua_engine.site.peers import PeerBook
from lua_engine.site.settings import Settings
from lua_engine.store.changes.edit_folder import left_over
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.community.peer_rows import PeerRows
from lua_engine.store.database import Database
from lua_engine.store.external_writes import ExternalWatcher
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.schema_files import SchemaFiles
from lua_engine.templates.left_behind import needs_a_look

if TYPE_CHECKING:
    from lua_engine.scripts.watcher import ScriptWatcher
    from lua_engine.templates.site_parts import SiteParts

_PEER_TABLES = frozenset({"_peer_cache", "_favorites"})


@cache
def _prelude() -> Prelude:
    """The prelude is the same for every site: compiled once per process."""
    return compile_prelude(load_functions(), load_glue())


class Engine(LazyParts):
    """One open site. Thread-safe and synchronous; ``close`` it when done."""

    def __init__(
        self, folder: SiteFolder, *, watch: bool, lock: SiteLock | None = None, read_only: bool = False
    ) -> None:
        self.site = folder
        self.is_read_only = read_only
        self._is_watched = watch
        self.bus = EventBus()
        self._lock = lock
        self._gate = Gate()
        self._limiter = RateLimiter()
        self._database = RecordingDatabase(folder.data_db, read_only=read_only, bus=self.bus)
        try:
            self._services = self._make_services()
            kept = None if read_only else folder.console_dir / "writes.db"
            self._writes = Writes(self.bus, kept, folder.data_db)
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
            self._live = LiveParts(
                self._services,
                self._pool,
                load_functions(),
                lambda: self.owner,
                self._limiter,
                self._gate,
                self._debugging,
                lambda call: self._has_debugger and self.debugger.is_debugged(call),
            )
            self._rehearsals = Rehearsals(self._live)
            self._hang_parts(folder, read_only=read_only)
        except BaseException:
            self._database.close()
            raise
        needs_care = needs_a_look(folder, self._database)
        if needs_care or (not read_only and self.scripts.has_interrupted):
            self._recover()
        if not read_only:
            sweep_temporaries(folder.path, folder.written_folders)
        if needs_care:
            self._mend()
        self.bus.subscribe(self._on_event, DataChanged)
        self._services.scripts.load_all()
        self.schemas.reload()
        self._watcher: ScriptWatcher | None = None
        self._external_writes = ExternalWatcher(
            folder.data_db,
            self._database.was_written_externally,
            self._on_external_write,
            self._on_database_replaced,
        )
        if watch:
            from lua_engine.scripts.watcher import ScriptWatcher

            self._watcher = ScriptWatcher(
                folder, self._services.scripts, self.settings.reload, self.schemas.reload
            )
            self._watcher.start()
            self._external_writes.start()
        if left_over(folder.path, folder.console_dir.name):
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
        self.log = SiteLog(folder.log_path, self.bus, self.peers.role_of, read_only=read_only)
        """The log on disk: every line and every call."""

    def _make_services(self) -> Services:
        folder, bus = self.site, self.bus
        tables = TableCatalog(self._database)
        peers = PeerBook(folder, PeerRows(self._database))
        groups = Groups(
            self._database, bus, lambda: self.owner, lambda peer_id: peers.complete(Caller(peer_id)).label
        )
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
            chat=ChatRooms(groups, self._database, bus),
            listen=ListenSession(groups, bus, folder.path / "shared"),
            http=HttpClient(),
        )

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

    def _on_config_changed(self) -> None:
        # The folders may have moved with the settings.
        self._services.kv = KvStore(self.site.state_dir, read_only=self.is_read_only)
        self._services.files = SiteFiles(self.site.site_root)
        self._services.scripts.reload()
        self.bus.publish(ConfigChanged())

    def _debugging(
        self, call: Call, script: Script, run: RunContext, data: Database
    ) -> Debugging | Covering | None:
        return self.debugger.debugging(call, script, run, data) if self._has_debugger else None

    def _template_parts(self) -> SiteParts:
        from lua_engine.templates.site_parts import SiteParts

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
        for change in self.templates.recovery.undecided():
            self._services.scripts.log("warn", f"{change.summary} Undo it or drop it ({change.id})")
        if self.is_read_only:
            return
        is_replacing = self.scripts.has_interrupted
        if not (is_replacing or self.templates.recovery.has_unfinished()):
            return
        try:
            with self._template_parts().locked():
                if is_replacing:
                    self._services.scripts.log("warn", self.scripts.take_back_interrupted())
                for message in self.templates.recovery.recover():
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
        steps: tuple[Callable[[], object], ...] = (
            lambda: self.pages.close() if Engine.pages.is_made(self) else None,
            lambda: self.beside.stop() if Engine.beside.is_made(self) else None,
            lambda: self._watcher.stop() if self._watcher is not None else None,
            self._external_writes.stop,
            lambda: self.debugger.close() if self._has_debugger else None,
            self.calls.cancel_all,
            self._rehearsals.close,
            lambda: self.history.close() if Engine.history.is_made(self) else None,
            self.log.close,
            self._dispatcher.close,
            self._runner.close,
            self.calls.close,
            self._pool.close,
            lambda: self.data.close() if Engine.data.is_made(self) else None,
            self._database.close,
            self._writes.close,
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
