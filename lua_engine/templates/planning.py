"""Making plans: from a template, a backup or ready commands, and the site as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import parse_json_object
from lua_engine.store.community import template_rows
from lua_engine.store.community.template_meta import CO_AUTHORS
from lua_engine.store.community.template_rows import TemplateState, TemplateSwap
from lua_engine.store.database import Database
from lua_engine.templates.change import Change
from lua_engine.templates.change_paths import OWN_FILES, changed_file
from lua_engine.templates.left_scripts import left_without_tables
from lua_engine.templates.manifest import TemplateError
from lua_engine.templates.plan import (
    DroppedTable,
    FileChange,
    InstallPlan,
    closed_groups,
    compare_files,
    fingerprint,
    read_file,
    template_path,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lua_engine.scripts.entries import ScriptInfo
    from lua_engine.site.folder import SiteFolder
    from lua_engine.templates.package import Template


_OWN_FORMAT = 1  # of .goop-console/template.json
_FOREIGN_BACKUP = (
    "this backup was made on another machine, or by an older console: check each file before you go back"
)


class Planner:
    """Makes plans for one site; changes nothing."""

    def __init__(self, site: SiteFolder, database: Database) -> None:
        self._site = site
        self._database = database

    def install(self, template: Template, state: TemplateState, own: Mapping[str, str]) -> InstallPlan:
        """Installing ``template`` where ``state`` is; ``own`` are the files of the template that is there."""
        self._refuse_taken(template.table_names, state)
        files = self._template_files(template, state, own)
        group = group_name(template)
        kept = kept_group(template, state)
        again = state.name == template.name
        dropped, created = _dropped(state), template.table_names
        over = f" over {state.name}" if state.name else ""
        verb = f"Install {template.name} again" if again else f"Install {template.name}{over}"
        return InstallPlan(
            kind="install",
            title=verb,
            template=template.name,
            replaces=state.name,
            files=files,
            dropped=dropped,
            created=created,
            closed=closed_groups(one for one in state.groups if one.id != kept),
            group=group,
            keeps_group=bool(kept),
            turns_lua_on=bool(template.functions) and not self._site.config.lua.enabled,
            runs_seed=template.has_seed,
            warnings=(
                *self._warnings(template, state, own),
                *left_without_tables(self._site, files, dropped, created),
            ),
            fingerprint=fingerprint(files, state, template.manifest.text),
        )

    def scripts(
        self, commands: Mapping[str, bytes], present: Sequence[ScriptInfo], state: TemplateState
    ) -> InstallPlan:
        """Adding chat commands."""
        names = {info.name.lower() for info in present if info.kind == "command"}
        taken = sorted(name for name in commands if name.lower() in names)
        if taken:
            raise TemplateError(
                f"this site has {', '.join(f'!{name}' for name in taken)} already; "
                "delete or rename what is there first"
            )
        edits = command_edits(self._site, commands)
        files = compare_files(self._site, edits)
        title = f"Add !{', !'.join(sorted(commands))}"
        on = not self._site.config.lua.enabled
        return InstallPlan(
            "scripts",
            title,
            state.name,
            state.name,
            files,
            turns_lua_on=on,
            fingerprint=fingerprint(files, state),
        )

    def restore(self, chain: Sequence[Change], state: TemplateState) -> InstallPlan:
        """Taking back the changes of ``chain``, newest first."""
        oldest = chain[-1].record
        files = tuple(one for one in compare_files(self._site, files_before(chain)) if one.path != OWN_FILES)
        swap, _ = self.restored_rows(chain, state)
        closing = set(swap.close) if swap else set()
        template = oldest.template_before
        return InstallPlan(
            kind="restore",
            title=f"Go back to before: {oldest.title}",
            template=template,
            replaces=state.name,
            files=files,
            dropped=_dropped(state) if swap else (),
            created=swap.create if swap else (),
            closed=closed_groups(one for one in state.groups if one.id in closing),
            group=", ".join(self._names_of(swap.bring, chain)) if swap else "",
            keeps_group=bool(swap and swap.refresh),
            warnings=() if all(one.is_ours for one in chain) else (_FOREIGN_BACKUP,),
            fingerprint=fingerprint(files, state, oldest.id),
        )

    def restored_rows(
        self, chain: Sequence[Change], state: TemplateState
    ) -> tuple[TemplateSwap | None, Path | None]:
        """How the template's part of the database goes back, and the copy that it comes from; None: it was
        not changed.
        """
        source = next((change for change in reversed(chain) if change.record.has_database), None)
        if source is None:
            return None, None
        before = state_of(source.database_before())
        self._refuse_taken(tuple(before.tables), state)
        now, then = {one.id for one in state.groups}, [one.id for one in before.groups]
        with self._database.system_read() as connection:
            hosted = template_rows.group_ids(connection)
        swap = TemplateSwap(
            drop=tuple(state.tables),
            create=tuple(before.tables),
            close=tuple(sorted(now - set(then))),
            bring=tuple(one for one in then if one not in hosted),
            refresh=tuple(one for one in then if one in hosted),
        )
        return swap, source.database_before()

    def own_files(self, template: str) -> Mapping[str, str]:
        """The files that ``template`` brought when the console installed it, with their SHA-256."""
        data = read_file(self._site, OWN_FILES)
        if data is None:
            return {}
        place = self._site.path / OWN_FILES
        try:
            known = parse_json_object(data)
            check_format(known, _OWN_FORMAT)
            if known["template"] != template:
                return {}  # Goop2 has installed another one since
            files = {str(path): str(digest) for path, digest in known["files"].items()}
            for path in files:
                changed_file(self._site, path)
            return files
        except UnknownFormat as error:
            raise TemplateError(f"{place}: {error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, SiteError) as error:
            raise TemplateError(
                f"{place}: damaged ({error}); delete it to continue without the list of the template's files"
            ) from error

    def own_files_edit(self, template: Template) -> dict[str, bytes]:
        """The record of the files that ``template`` brings, as a file of the change."""
        files = {
            template_path(self._site, inner): hashlib.sha256(data).hexdigest()
            for inner, data in template.files.items()
        }
        record = {"format": _OWN_FORMAT, "template": template.name, "files": files}
        return {OWN_FILES: (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()}

    def _template_files(
        self, template: Template, state: TemplateState, own: Mapping[str, str]
    ) -> tuple[FileChange, ...]:
        wanted: dict[str, bytes | None] = {
            template_path(self._site, inner): data for inner, data in template.files.items()
        }
        for path in (*own, *(f"schemas/{name}.json" for name in state.tables)):
            wanted.setdefault(path, None)
        notes = {path: self._note(path, own) for path in wanted}
        return compare_files(self._site, wanted, notes)

    def _note(self, path: str, own: Mapping[str, str]) -> str:
        data = read_file(self._site, path)
        if data is None:
            return ""
        if path not in own:
            return "" if path.startswith("schemas/") else "from elsewhere"
        return "" if hashlib.sha256(data).hexdigest() == own[path] else "edited since install"

    def _warnings(self, template: Template, state: TemplateState, own: Mapping[str, str]) -> list[str]:
        said = [
            *template.warnings,
            *(f"{name}: not part of a template, left out" for name in template.left_out),
        ]
        if state.name and not own:
            said.append(
                f"{state.name} was installed by another program: "
                f"its scripts and pages stay, except the files that {template.name} replaces."
            )
        return said

    def _refuse_taken(self, names: Sequence[str], state: TemplateState) -> None:
        with self._database.system_read() as connection:
            present = {name.lower(): name for name in template_rows.table_names(connection)}
        ours = {name.lower() for name in state.tables}
        for name in names:
            if name.lower() in present and name.lower() not in ours:
                raise TemplateError(
                    f"table {present[name.lower()]} exists and is not the installed template's; "
                    "rename or drop it first"
                )

    def _names_of(self, ids: Sequence[str], chain: Sequence[Change]) -> list[str]:
        source = next((change for change in reversed(chain) if change.record.has_database), None)
        groups = state_of(source.database_before()).groups if source else ()
        return [one.name for one in groups if one.id in ids]


def files_before(chain: Sequence[Change]) -> dict[str, bytes | None]:
    """Every file that a change of ``chain`` (newest first) touched, as it was before the oldest that did."""
    wanted: dict[str, bytes | None] = {}
    for change in chain:
        wanted.update({one.path: change.before(one.path) for one in change.record.files})
    return wanted


def command_edits(site: SiteFolder, commands: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """Chat commands by name as files."""
    return {template_path(site, f"lua/{name}.lua"): text for name, text in commands.items()}


def group_name(template: Template) -> str:
    """The name of the template's group; empty when it needs none."""
    return template.name + CO_AUTHORS if template.uses_group or template.roles else ""


def kept_group(template: Template, state: TemplateState) -> str:
    """The group that stays when the same template is installed again; empty when there is none."""
    there = any(one.id == state.group_id for one in state.groups)
    return state.group_id if there and state.name == template.name and group_name(template) else ""


def state_of(path: Path) -> TemplateState:
    """The template's part of a copy of the database. Raises :class:`KnownError` when the copy cannot be
    read.
    """
    database = Database(path, read_only=True)
    try:
        with database.system_read() as connection:
            return template_rows.read_state(connection)
    finally:
        database.close()


def _dropped(state: TemplateState) -> tuple[DroppedTable, ...]:
    return tuple(DroppedTable(name, rows) for name, rows in state.tables.items())
