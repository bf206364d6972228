"""Installing templates, going back to before, adding ready commands: every change of a site as a whole.

A change is made ready in a folder of its own (``journal.py``): a backup of the database, a staged copy in
which the template's tables are made and its ``seed`` runs, the files. Only then, with no call running, files
are put in place and one transaction brings tables and groups over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lua_engine.base.events import DataChanged, TemplateChanged
from lua_engine.calls.result import CallResult
from lua_engine.store.changes.snapshot import copy_database
from lua_engine.store.community import template_rows
from lua_engine.store.community.template_meta import has_mistaken_group_name
from lua_engine.store.community.template_rows import TemplateState
from lua_engine.templates.change import Change
from lua_engine.templates.config_edits import config_back, config_of
from lua_engine.templates.execution import Execution
from lua_engine.templates.export import ExportedFiles, export_site
from lua_engine.templates.journal import Journal
from lua_engine.templates.manifest import Manifest, TemplateError, parse_manifest
from lua_engine.templates.package import Template, read_placed
from lua_engine.templates.plan import InstallPlan, read_file
from lua_engine.templates.planning import Planner, command_edits, files_before
from lua_engine.templates.recovery import Recovery
from lua_engine.templates.result import Backup, InstallProgress, InstallResult, backup_of, report_step
from lua_engine.templates.site_parts import SiteParts
from lua_engine.templates.staging import Staged, group_values, set_up_template, stage_template

if TYPE_CHECKING:
    from collections.abc import Iterator


class Templates:
    """The templates of one open site. Thread-safe; everything here may take seconds."""

    def __init__(self, parts: SiteParts) -> None:
        self._parts = parts
        self._site = parts.folder
        self._journal = Journal(parts.folder)
        self._planner = Planner(parts.folder, parts.database)
        self._execution = Execution(parts, self._journal)
        self.recovery = Recovery(parts, self._journal, self._execution)
        """Changes that were cut off, and those that came with the folder."""

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
            report_step(progress, 0)
            state, own = self._state(), self._own_files()
            now = self._planner.install(template, state, own)
            _refuse_stale(plan, now)
            change = self._journal.begin("install", now.title, state.name, template.name, has_database=True)
            with _discarded_on_error(change):
                report_step(progress, 1)
                copy_database(self._site.data_db, change.database, lambda: report_step(progress, 1))
                report_step(progress, 2)
                staged = stage_template(
                    self._site,
                    change,
                    template,
                    now,
                    state,
                    self._parts.stage,
                    self._parts.bus,
                    lambda: report_step(progress, 3),
                )
                config = config_of(
                    self._site,
                    template.key if bundled else f"local:{template.key}",
                    turns_on=now.turns_lua_on,
                )
                edits = {one.path: one.after for one in now.files if one.action != "same"}
                edits.update(staged.files)
                edits.update(self._planner.own_files_edit(template))
                report_step(progress, 4)
                self._execution.carry_out(change, now, edits, config, staged)
            report_step(progress, 5)
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
        return tuple(backup_of(change) for change in self._journal.changes() if change.record.is_done)

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
            report_step(progress, 0)
            chain, state = self._chain(backup_id), self._state()
            now = self._planner.restore(chain, state)
            _refuse_stale(plan, now)
            swap, source = self._planner.restored_rows(chain, state)
            change = self._journal.begin(
                "restore", now.title, state.name, now.template, has_database=swap is not None
            )
            with _discarded_on_error(change):
                report_step(progress, 1)
                if swap is not None:
                    copy_database(self._site.data_db, change.database, lambda: report_step(progress, 1))
                edits = {
                    path: data
                    for path, data in files_before(chain).items()
                    if read_file(self._site, path) != data
                }
                report_step(progress, 4)
                self._execution.carry_out(
                    change, now, edits, config_back(self._site, chain), Staged(swap, source)
                )
            report_step(progress, 5)
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
                config = config_of(self._site, None, turns_on=now.turns_lua_on)
                self._execution.carry_out(
                    change, now, command_edits(self._site, commands), config, Staged(None, None)
                )
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

    def mend(self) -> None:
        """Put right what an older build of this program wrote in another way than Goop2."""
        if not has_mistaken_group_name(self._parts.database):
            return
        with self._parts.database.system_write(origin="template") as connection:
            template_rows.mend_group_name(connection)
        self._parts.scripts.log(
            "info", "template_group_name in data.db is the template's name now, as Goop2 writes it"
        )

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
        with self._execution.alone_with_site():
            if self.recovery.has_unfinished():
                self.recovery.recover()
            pending = self.recovery.undecided()
            if pending:
                raise TemplateError(f"{pending[0].summary} Undo it or drop it first")
            yield


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
