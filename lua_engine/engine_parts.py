"""The parts of an engine that one call does not need: imported and made when they are first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from lua_engine.api.services import Services
from lua_engine.base.caller import Caller
from lua_engine.base.events import EventBus
from lua_engine.base.lazy_part import LazyPart
from lua_engine.base.records import Origin
from lua_engine.calls.calls import Calls
from lua_engine.calls.events import CallFinished
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.community.peers import Peers
from lua_engine.data.provenance import Writes
from lua_engine.rehearsal.rehearsals import Rehearsals
from lua_engine.rehearsal.stage import LiveParts, Stage
from lua_engine.scripts.scripts import Scripts
from lua_engine.site.folder import SiteFolder
from lua_engine.site.settings import Settings
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.templates.left_behind import needs_a_look

if TYPE_CHECKING:
    from lua_engine.checks.checker import Checker
    from lua_engine.data.part import SiteData
    from lua_engine.debugger.debugger import Debugger
    from lua_engine.history.call_history import CallHistory
    from lua_engine.language.language import Language
    from lua_engine.pages.beside import Goop2Beside
    from lua_engine.pages.pages import Pages
    from lua_engine.pages.parts import PageParts, RunCall
    from lua_engine.rehearsal.page_copy import Keep, PageCopy
    from lua_engine.store.changes.private_copy import PrivateCopy
    from lua_engine.templates.installer import Templates
    from lua_engine.templates.site_parts import SiteParts
    from lua_engine.templates.undecided import UndecidedChange

_FIRST_PARTS: Final = (
    "lua_engine.debugger.debugger",
    "lua_engine.history.call_history",
    "lua_engine.language.language",
)
_PARTS: Final = (
    *_FIRST_PARTS,
    "lua_engine.checks.checker",
    "lua_engine.checks.files",
    "lua_engine.data.part",
    "lua_engine.pages.beside",
    "lua_engine.pages.pages",
    "lua_engine.pages.parts",
    "lua_engine.rehearsal.page_copy",
    "lua_engine.store.community.community_rows",
    "lua_engine.store.system_connections",
    "lua_engine.templates.installer",
)


def import_first_parts() -> None:
    """Import what work on scripts needs of an engine. No SQLAlchemy: it takes longer than all of this."""
    for name in _FIRST_PARTS:
        import_module(name)


def import_parts() -> None:
    """Import what all parts of an engine are made of: for a window, which may not wait for it (0.1 s for the
    data browser alone) when a part is first asked for.
    """
    for name in _PARTS:
        import_module(name)


class LazyParts:
    """What :class:`~lua_engine.engine.Engine` has beside its calls; the attributes below are set there."""

    site: SiteFolder
    bus: EventBus
    is_read_only: bool
    _is_watched: bool
    calls: Calls
    peers: Peers
    scripts: Scripts
    settings: Settings
    _services: Services
    _database: RecordingDatabase
    _rehearsals: Rehearsals
    _live: LiveParts
    _writes: Writes

    @property
    def owner(self) -> Caller:
        """The site's owner."""
        return self.site.owner

    @LazyPart
    def data(self) -> SiteData:
        """The data browser's ground: rows of any table, edits with undo, who wrote what."""
        from lua_engine.data.part import SiteData

        services = self._services
        role_of = services.groups.template_role
        parts = services.tables, services.scripts, self._writes, self.site, role_of
        made = SiteData(self._database, *parts, self.bus)
        if self._is_watched:
            made.follow_others()
        return made

    @LazyPart
    def language(self) -> Language:
        """What an editor asks about a script: findings, completion, places."""
        from lua_engine.calls.seen_fields import SeenFields
        from lua_engine.language.language import Language

        seen = SeenFields(lambda: self.history.requests())
        self.bus.subscribe(seen.on_event, CallFinished)
        return Language(self.site, self._services.scripts, self._services.tables, seen.fields)

    @LazyPart
    def templates(self) -> Templates:
        """Installing templates, going back to before, ready commands."""
        from lua_engine.templates.installer import Templates

        return Templates(self._template_parts())

    def undecided_changes(self) -> tuple[UndecidedChange, ...]:
        """Unfinished changes that this user's console did not make, newest first; never carried out."""
        if not needs_a_look(self.site, self._database):
            return ()
        return self.templates.recovery.undecided()

    @LazyPart
    def pages(self) -> Pages:
        """What the site's pages may ask, as which visitor."""
        from lua_engine.pages.pages import Pages

        return Pages(self._page_parts(self._services, self._database, self._run_for_page))

    @LazyPart
    def beside(self) -> Goop2Beside:
        """A Goop2 that runs this site too; it is looked for once it is started."""
        from lua_engine.pages.beside import Goop2Beside

        return Goop2Beside(self.site, self.bus)

    @LazyPart
    def checks(self) -> Checker:
        """Saved calls and access checks: their files, and running them."""
        from lua_engine.checks.checker import Checker
        from lua_engine.checks.files import SavedCalls

        return Checker(
            self.calls,
            SavedCalls(self.site.console_dir / "calls", read_only=self.is_read_only),
            lambda: self._copied_pages(Origin.CHECK, lambda _result: None),
        )

    @LazyPart
    def debugger(self) -> Debugger:
        """Breakpoints, debugged calls, the trap for the next real call."""
        from lua_engine.debugger.debugger import Debugger

        breakpoints = None if self.is_read_only else self.site.console_dir / "breakpoints.json"
        return Debugger(
            self.bus, self._services.scripts, self.calls, self.peers.role_of, self.site.path, breakpoints
        )

    @LazyPart
    def history(self) -> CallHistory:
        """Calls that somebody chose to keep."""
        from lua_engine.history.call_history import CallHistory

        history = None if self.is_read_only else self.site.console_dir / "history.db"
        return CallHistory(history, self.peers.role_of)

    @property
    def _has_debugger(self) -> bool:
        """Somebody asked for it: before that there is nothing to debug."""
        return LazyParts.debugger.is_made(self)

    def _template_parts(self) -> SiteParts:
        raise NotImplementedError

    def copy_pages(self) -> PageCopy:
        """The site's pages on a copy of its data; close it when done. Raises :class:`KnownError`."""
        return self._copied_pages(Origin.PAGE, self.history.add)

    def _copied_pages(self, origin: Origin, keep: Keep) -> PageCopy:
        from lua_engine.rehearsal.page_copy import PageCopy

        def parts(stage: Stage, copy: PrivateCopy, run: RunCall) -> PageParts:
            return self._page_parts(stage.services, copy.database, run)

        return PageCopy(self._live, self._rehearsals.copies, parts, keep, origin)

    def _page_parts(self, services: Services, database: RecordingDatabase, run: RunCall) -> PageParts:
        from lua_engine.pages.parts import PageParts

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
            is_copy=database is not self._database,
        )

    def _run_for_page(self, function: str, params: Any, caller: Caller, call_id: str) -> CallResult:
        request = Request.call(function, params)
        result = self.calls.run(
            request, caller, origin=Origin.PAGE, counts=True, keeps_diff=True, call_id=call_id
        )
        self.history.add(result)
        return result
