"""Installing templates, going back to before, adding ready commands: every change of a site as a whole.

A change is made ready in a folder of its own (``journal.py``): a backup of the database, a staged copy in
which the template's tables are made and its ``seed`` runs, the files. Only then, with no call running, files
are put in place and one transaction brings tables and groups over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.base.events import ConfigChanged, DataChanged, EventBus, GroupsChanged, TemplateChanged
from lua_engine.calls.result import CallResult
from lua_engine.store.changes.snapshot import copy_database
from lua_engine.store.community import template_rows
from lua_engine.store.community.template_rows import TemplateState, TemplateSwap
from lua_engine.store.database import Database
from lua_engine.templates.change import Change
from lua_engine.templates.export import ExportedFiles, export_site
from lua_engine.templates.journal import Journal
from lua_engine.templates.journal_record import ConfigRecord
from lua_engine.templates.manifest import Manifest, TemplateError, parse_manifest
from lua_engine.templates.package import Template, read_placed
from lua_engine.templates.plan import InstallPlan, read_file
from lua_engine.templates.planning import Planner, command_edits, files_before
from lua_engine.templates.staging import Staged, StagedSite, group_values, set_up_template, stage_template
from lua_engine.templates.undecided import UndecidedChange, undecided_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lua_engine.community.groups import Groups
    from lua_engine.scripts.registry import Script, ScriptRegistry
    from lua_engine.site.folder import SiteFolder

KEEP_BACKUPS = 10
_COPY_SECONDS = 300.0  # a large template's rows may take their time
LOCK_SECONDS = 5.0  # of waiting for another program that writes; calls wait meanwhile
_WAIT_FOR_CALLS = 70.0  # the longest that a call may take, and a little more
_STEPS = ("Checking the plan", "Backing up", "Preparing the tables", "Running seed", "Installing", "Done")

InstallProgress = Callable[[str, int, int], None]
"""Told what is done now, the step and how many there are. Raising gives the installation up, but for the last
two steps.
"""


@dataclass(frozen=True, slots=True)
class InstallResult:
    """``backup`` is the id that brings back what was before; ``seed`` the result of the template's seed
    function, if it has one.
    """

    title: str
    backup: str
    seed: CallResult | None = None
    tables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """The site as it was before a change. ``size`` is in bytes."""

    id: str
    made_at: float
    title: str
    template_before: str
    template_after: str
    size: int


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What of an open site an installation works on; made by the engine."""

    folder: SiteFolder
    bus: EventBus
    database: Database
    scripts: ScriptRegistry
    groups: Groups
    stage: Callable[[SiteFolder], AbstractContextManager[StagedSite]]
    alone: Callable[[float], AbstractContextManager[None]]  # no call runs meanwhile
    locked: Callable[[], AbstractContextManager[object]]  # no other console changes the site meanwhile
    farewell: Callable[[Script, str], object]  # runs on_group_close of a script that is gone from the site
    seed: Callable[[], CallResult | None]  # runs the site's seed function as the owner, if it has one


class Templates:
    """The templates of one open site. Thread-safe; everything here may take seconds."""

    def __init__(self, parts: SiteParts) -> None:
        self._parts = parts
        self._site = parts.folder
        self._journal = Journal(parts.folder)
        self._planner = Planner(parts.folder, parts.database)
        self._lock = threading.Lock()

    def installed(self) -> Manifest | None:
        """The manifest of the installed template; TemplateError when the stored one is damaged."""
        text = self._state().meta.get("template_manifest", "")
        return parse_manifest(text, "data.db: _meta, template_manifest") if text else None

    def plan(self, template: Template) -> InstallPlan:
        """What installing ``template`` would do. Raises :class:`TemplateError` when it cannot be."""
        return self._planner.install(template, self._state(), self._own_files())

    def install(
        self,
        template: Template,
        *,
        plan: InstallPlan | None = None,
        bundled: bool = False,
        progress: InstallProgress = lambda *_: None,
    ) -> InstallResult:
        """Install ``template``, all or nothing. ``bundled``: it comes with the console (others are marked
        ``local:``).

        A ``plan`` that was looked at binds: when the site has changed since, nothing happens. Raises
        :class:`TemplateError` and other :class:`KnownError`; the site is then as it was.
        """
        with self._changing():
            _tell(progress, 0)
            state, own = self._state(), self._own_files()
            now = self._planner.install(template, state, own)
            _refuse_stale(plan, now)
            change = self._journal.begin("install", now.title, state.name, template.name, has_database=True)
            with _discarded_on_error(change):
                _tell(progress, 1)
                copy_database(self._site.data_db, change.database, lambda: _tell(progress, 1))
                _tell(progress, 2)
                staged = stage_template(
                    self._site,
                    change,
                    template,
                    now,
                    state,
                    self._parts.stage,
                    self._parts.bus,
                    lambda: _tell(progress, 3),
                )
                config = _config_of(
                    self._site,
                    template.key if bundled else f"local:{template.key}",
                    turns_on=now.turns_lua_on,
                )
                edits = {one.path: one.after for one in now.files if one.action != "same"}
                edits.update(staged.files)
                edits.update(self._planner.own_files_edit(template))
                _tell(progress, 4)
                self._carry_out(change, now, edits, config, staged)
            _tell(progress, 5)
        return InstallResult(now.title, change.record.id, staged.seed, now.created, now.warnings)

    def set_up(self, manifest_path: Path) -> CallResult | None:
        """Make the tables and the group of a template whose files are in the site already and that has never
        been set up, and run ``seed`` once.

        Answers the result of ``seed``; None when there is no such function. No backup is made. Raises
        :class:`TemplateError`, and :class:`SchemaError` for a table that exists.
        """
        self._site.refuse_read_only()
        template = read_placed(self._site, manifest_path)
        with self._parts.database.system_write(origin="template") as connection:
            set_up_template(connection, template, group_values(self._site, template, ""))
        self._parts.bus.publish(DataChanged((), "template"))
        self._parts.bus.publish(TemplateChanged(template.name))
        return self._parts.seed()

    def backups(self) -> tuple[Backup, ...]:
        """What can be gone back to, newest first."""
        return tuple(_backup(change) for change in self._journal.changes() if change.record.is_done)

    def plan_restore(self, backup_id: str = "") -> InstallPlan:
        """What going back to before a change would do; without an id: the newest. Changes after it are taken
        back too.
        """
        return self._planner.restore(self._chain(backup_id), self._state())

    def restore(
        self,
        backup_id: str = "",
        *,
        plan: InstallPlan | None = None,
        progress: InstallProgress = lambda *_: None,
    ) -> InstallResult:
        """Go back to before a change, all or nothing;
        this is a change too, so it can be taken back itself.
        """
        with self._changing():
            _tell(progress, 0)
            chain, state = self._chain(backup_id), self._state()
            now = self._planner.restore(chain, state)
            _refuse_stale(plan, now)
            swap, source = self._planner.restored_rows(chain, state)
            change = self._journal.begin(
                "restore", now.title, state.name, now.template, has_database=swap is not None
            )
            with _discarded_on_error(change):
                _tell(progress, 1)
                if swap is not None:
                    copy_database(self._site.data_db, change.database, lambda: _tell(progress, 1))
                edits = {
                    path: data
                    for path, data in files_before(chain).items()
                    if read_file(self._site, path) != data
                }
                _tell(progress, 4)
                self._carry_out(change, now, edits, _config_back(self._site, chain), Staged(swap, source))
            _tell(progress, 5)
        return InstallResult(now.title, change.record.id, None, now.created, now.warnings)

    def plan_scripts(self, commands: Mapping[str, bytes]) -> InstallPlan:
        """What adding chat commands (name to text) would do. Raises :class:`TemplateError` naming those that
        are there already.
        """
        return self._planner.scripts(commands, self._parts.scripts.infos(), self._state())

    def add_scripts(self, commands: Mapping[str, bytes]) -> InstallResult:
        """Add chat commands, all or none."""
        with self._changing():
            state = self._state()
            now = self._planner.scripts(commands, self._parts.scripts.infos(), state)
            change = self._journal.begin("scripts", now.title, state.name, state.name, has_database=False)
            with _discarded_on_error(change):
                config = _config_of(self._site, None, turns_on=now.turns_lua_on)
                self._carry_out(change, now, command_edits(self._site, commands), config, Staged(None, None))
        return InstallResult(now.title, change.record.id)

    def export(
        self, name: str, description: str, category: str, icon: str, tables: Sequence[str]
    ) -> ExportedFiles:
        """The files of a template made from this site, with the schemas of ``tables``, for
        ``write_template``; and what is left out.
        """
        with self._parts.database.system_read() as connection:
            schemas = template_rows.schema_texts(connection)
        missing = [one for one in tables if one not in schemas]
        if missing:
            raise TemplateError(
                f"table {missing[0]} has no schema, so it cannot be part of a template; leave it out"
            )
        manifest = self._state().meta.get("template_manifest")
        chosen = {one: schemas[one] for one in tables}
        return export_site(
            self._site, manifest, chosen, name=name, description=description, category=category, icon=icon
        )

    def recover(self) -> tuple[str, ...]:
        """Finish or undo changes of our own that were cut off; answers what was done, in words. Raises
        nothing
        for what it cannot mend: it says so. A change that others made is left alone: see :meth:`undecided`.
        """
        messages = tuple(self._recover_one(change) for change in self._journal.unfinished())
        known = {one.folder.name for one in (*self._journal.unfinished(), *self._journal.undecided())}
        marker = self._marker()
        if marker and marker not in known:  # of a change that was cut off when all but this was done
            self._clear_marker()
        return messages

    def mend(self) -> None:
        """Put right what an older build of this program wrote in another way than Goop2."""
        with self._parts.database.system_read() as connection:
            if not template_rows.has_mistaken_group_name(connection):
                return
        with self._parts.database.system_write(origin="template") as connection:
            template_rows.mend_group_name(connection)
        self._parts.scripts.log(
            "info", "template_group_name in data.db is the template's name now, as Goop2 writes it"
        )

    def has_unfinished(self) -> bool:
        """Was a change of our own cut off?"""
        return bool(self._journal.unfinished()) or (bool(self._marker()) and not self._journal.undecided())

    def undecided(self) -> tuple[UndecidedChange, ...]:
        """Unfinished changes that this user's console did not make, newest first; never carried out."""
        marker = self._marker()
        return tuple(undecided_change(one, marker) for one in self._journal.undecided())

    def undo_undecided(self, change_id: str) -> None:
        """Put the files of such a change back as its folder has them, as far as nobody has changed them
        since.

        Raises :class:`KnownError`; nothing has moved then.
        """
        with self._alone_with_site():
            change = self._journal.find_undecided(change_id)
            refusal = undecided_change(change, self._marker()).refusal
            if not isinstance(change, Change) or refusal:
                raise TemplateError(f"this change cannot be undone: {refusal}")
            with self._shut_gate():
                change.undo()
                self._parts.scripts.reload()
        self._parts.bus.publish(ConfigChanged())

    def drop_undecided(self, change_id: str) -> None:
        """Forget such a change; the site stays as it is."""
        with self._alone_with_site():
            self._journal.drop(change_id)
            if self._marker() == change_id:
                self._clear_marker()

    def _marker(self) -> str:
        with self._parts.database.system_read() as connection:
            return template_rows.marker(connection)

    # Parts

    def _state(self) -> TemplateState:
        with self._parts.database.system_read() as connection:
            return template_rows.read_state(connection)

    def _own_files(self) -> Mapping[str, str]:
        """The files that the installed template brought, with their hashes; empty when Goop2 installed it."""
        return self._planner.own_files(self._state().name)

    def _chain(self, backup_id: str) -> list[Change]:
        """The changes to take back, newest first, the named one last."""
        done = [change for change in self._journal.changes() if change.record.is_done]
        if not done:
            raise TemplateError("there is no backup to go back to: nothing was installed here by the console")
        place = (
            0
            if not backup_id
            else next((index for index, one in enumerate(done) if one.record.id == backup_id), -1)
        )
        if place < 0:
            raise TemplateError(f"there is no backup {backup_id!r}; the newest is {done[0].record.id}")
        return done[: place + 1]

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._alone_with_site():
            if self.has_unfinished():
                self.recover()
            pending = self.undecided()
            if pending:
                raise TemplateError(f"{pending[0].summary} Undo it or drop it first")
            yield

    @contextmanager
    def _alone_with_site(self) -> Iterator[None]:
        """No other change of this site is made meanwhile, here or by another console."""
        if self._parts.database.read_only:
            raise TemplateError(f"{self._site.path} is open for reading only")
        if not self._lock.acquire(blocking=False):
            raise TemplateError("another change of this site is under way; wait until it is done")
        try:
            with self._parts.locked():
                yield
        finally:
            self._lock.release()

    @contextmanager
    def _shut_gate(self) -> Iterator[None]:
        """No call runs meanwhile."""
        try:
            with self._parts.alone(_WAIT_FOR_CALLS):
                yield
        except TimeoutError as error:
            raise TemplateError(f"{error}; nothing was changed, try again in a moment") from None

    def _carry_out(
        self,
        change: Change,
        plan: InstallPlan,
        edits: Mapping[str, bytes | None],
        config: tuple[ConfigRecord, ...],
        staged: Staged,
    ) -> None:
        """Make the change, then tell everybody. Raises only while nothing is changed yet, or everything has
        been taken back.
        """
        prepared = change.prepare(edits, config)
        listening = self._parts.scripts.functions_with("on_group_close")
        with self._shut_gate():
            self._apply(prepared, staged)
            self._parts.scripts.reload()
        self._afterwards(prepared.finish)
        if staged.swap is not None:
            self._afterwards(self._clear_marker)
        self._afterwards(lambda: self._journal.clean(KEEP_BACKUPS))
        self._tell(plan, staged.swap, listening)

    def _apply(self, prepared: Change, staged: Staged) -> None:
        """The write lock is had before a file moves: who cannot have it has changed nothing."""
        try:
            if staged.swap is None:
                prepared.apply()
                return
            with self._parts.database.system_write(
                Deadline(_COPY_SECONDS),
                origin="template",
                incoming=staged.database,
                lock_seconds=LOCK_SECONDS,
            ) as connection:
                prepared.apply()
                template_rows.swap_in(connection, staged.swap, prepared.record.id)
        except BaseException:
            prepared.undo()
            raise

    def _afterwards(self, step: Callable[[], None]) -> None:
        """The change holds: what cannot be tidied now is told, and done at the next start."""
        try:
            step()
        except (KnownError, OSError) as error:
            self._parts.scripts.log("warn", f"tidying after a change of the site: {error}")

    def _clear_marker(self) -> None:
        with self._parts.database.system_write(origin="template") as connection:
            template_rows.clear_marker(connection)

    def _tell(self, plan: InstallPlan, swap: TemplateSwap | None, listening: Sequence[Script]) -> None:
        bus = self._parts.bus
        bus.publish(ConfigChanged())
        if swap is None:
            return
        bus.publish(DataChanged((), "template"))
        present = {
            (script.name, script.version) for script in self._parts.scripts.functions_with("on_group_close")
        }
        gone = [script for script in listening if (script.name, script.version) not in present]
        for group in plan.closed:
            for script in gone:
                self._parts.farewell(script, group.id)
            self._parts.groups.publish_closed(group.id, group.group_type)
        for group_id in (*swap.bring, *swap.refresh):
            bus.publish(GroupsChanged(group_id))
        bus.publish(TemplateChanged(plan.template))

    def _recover_one(self, change: Change) -> str:
        record = change.record
        try:
            change.clear_temporaries()
            if self._marker() != record.id:
                change.undo()
                return f"{record.title}: it was interrupted and has been undone; the site is as it was before"
            change.finish()
        except (KnownError, OSError) as error:
            return f"{record.title}: it was interrupted and cannot be undone: {error}"
        self._clear_marker()
        return f"{record.title}: it was interrupted just before its end and has been finished"


def _tell(progress: InstallProgress, step: int) -> None:
    progress(_STEPS[step], step, len(_STEPS) - 1)


def _refuse_stale(plan: InstallPlan | None, now: InstallPlan) -> None:
    if plan is not None and plan.fingerprint != now.fingerprint:
        raise TemplateError("the site has changed since the plan was made; look at the new plan first")


@contextmanager
def _discarded_on_error(change: Change) -> Iterator[None]:
    try:
        yield
    except BaseException:
        change.discard()
        raise


def _config_of(site: SiteFolder, active: str | None, *, turns_on: bool) -> tuple[ConfigRecord, ...]:
    wanted: dict[str, object] = {}
    if active is not None:
        wanted["viewer.active_template"] = active
    if turns_on:
        wanted["lua.enabled"] = True
    return tuple(_config_record(site, key, has=True, after=value) for key, value in wanted.items())


def _config_record(site: SiteFolder, key: str, *, has: bool, after: object) -> ConfigRecord:
    had_section, had, before = site.config_value(key)
    return ConfigRecord(key, had_section, had, before, has, after)


def _config_back(site: SiteFolder, chain: Sequence[Change]) -> tuple[ConfigRecord, ...]:
    """The keys that the changes of ``chain`` set, as they were before the oldest of them."""
    oldest = {one.key: one for change in chain for one in change.record.config}
    return tuple(_config_record(site, key, has=one.had, after=one.before) for key, one in oldest.items())


def _backup(change: Change) -> Backup:
    record = change.record
    size = sum(found.st_size for found in map(Path.lstat, change.folder.rglob("*")) if S_ISREG(found.st_mode))
    return Backup(
        record.id,
        record.made_at,
        f"Before: {record.title}",
        record.template_before,
        record.template_after,
        size,
    )
