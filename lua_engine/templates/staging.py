"""A template set up on a copy of the site: its tables, its group, its ``seed``. What comes of it is then
brought over in one step.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import SiteError
from lua_engine.base.events import DataChanged, Event, EventBus, LogRecorded
from lua_engine.calls.calls import Calls
from lua_engine.calls.events import CallFinished
from lua_engine.calls.result import CallResult
from lua_engine.store.changes.snapshot import settle_database
from lua_engine.store.community import template_rows
from lua_engine.store.community.template_rows import TemplateState, TemplateSwap
from lua_engine.store.database import Database
from lua_engine.templates.manifest import TemplateError
from lua_engine.templates.plan import InstallPlan, template_path
from lua_engine.templates.planning import group_name, kept_group

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from lua_engine.base.caller import Caller
    from lua_engine.site.folder import SiteFolder
    from lua_engine.templates.change import Change
    from lua_engine.templates.package import Template

_SECONDS = 300.0
_SEED_MAY_WRITE = frozenset({"_groups", "_group_members", "_chat_messages", "_meta"})


class StagedSite(Protocol):
    """The copy, opened: an engine of its own."""

    bus: EventBus
    calls: Calls

    @property
    def owner(self) -> Caller: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """What is brought over: ``swap`` from ``database`` (None: the database stays as it is) and ``files`` that
    seed made (its ``goop.kv``).
    """

    swap: TemplateSwap | None
    database: Path | None
    seed: CallResult | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


def stage_template(
    site: SiteFolder,
    change: Change,
    template: Template,
    plan: InstallPlan,
    state: TemplateState,
    open_stage: Callable[[SiteFolder], AbstractContextManager[StagedSite]],
    bus: EventBus,
    before_seed: Callable[[], None],
) -> Staged:
    """Set ``template`` up in ``change``'s folder. Raises :class:`TemplateError` when seed fails; logs of seed
    go to ``bus`` either way.
    """
    staged = _make_folder(site, change, template)
    closed = tuple(one.id for one in plan.closed)
    kept = kept_group(template, state)
    bases = _set_up(staged, template, state, closed, group_values(site, template, kept))
    seed = None
    if template.has_seed:
        before_seed()
        with open_stage(staged) as copy:
            seed = _run_seed(copy, template, bus)
    groups = _group_ids(staged.data_db) - bases
    settle_database(staged.data_db)
    swap = TemplateSwap(
        drop=tuple(state.tables),
        create=template.table_names,
        close=closed,
        bring=tuple(sorted(groups)),
        refresh=(kept,) if kept else (),
    )
    return Staged(swap, staged.data_db, seed, _kv_files(staged))


def _make_folder(site: SiteFolder, change: Change, template: Template) -> SiteFolder:
    folder = change.folder / "stage"
    try:
        folder.mkdir()
        staged = site.staged(folder, enabled=True)
        shutil.copyfile(change.database, staged.data_db)
        for inner, data in template.files.items():
            target = folder / template_path(staged, inner)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise SiteError(
            f"{error.filename or folder}: cannot be written: {error.strerror or error}; nothing was installed"
        ) from error
    return staged


def _set_up(
    staged: SiteFolder,
    template: Template,
    state: TemplateState,
    closed: Sequence[str],
    group: Mapping[str, Any],
) -> set[str]:
    """Tables, group and keys of the template in the copy; answers the ids of the groups that were there
    before.
    """
    database = Database(staged.data_db)
    try:
        with database.system_write(Deadline(_SECONDS)) as connection:
            known = template_rows.group_ids(connection)
            template_rows.remove_template(connection, state.tables, closed)
            set_up_template(connection, template, group)
    finally:
        database.close()
    return known


def set_up_template(connection: Connection, template: Template, group: Mapping[str, Any]) -> None:
    """The template's part of the database: tables, ``group`` (a row of ``_groups``, empty for none), the keys
    of ``_meta``.
    """
    template_rows.set_up_tables(connection, template.schemas)
    if group:
        template_rows.set_up_group(connection, group)
    template_rows.set_meta(
        connection,
        {
            "template_manifest": template.manifest.text,
            "template_tables": ",".join(template.table_names),
            "template_require_email": "1" if template.manifest.require_email else "",
            "template_group_id": str(group["id"]) if group else "",
            "template_group_name": template.name if group else "",  # Goop2 finds its group again by it
        },
    )


def group_values(site: SiteFolder, template: Template, kept: str) -> dict[str, Any]:
    """The template's group as a row of ``_groups``; empty when it needs none."""
    name = group_name(template)
    if not name:
        return {}
    return {
        "id": kept or secrets.token_hex(8),
        "name": name,
        "owner": site.peer_id,
        "group_type": "template",
        "group_context": template.name,
        "max_members": 0,
        "host_joined": 1,
        "volatile": 0,
        "default_role": template.manifest.default_role or "viewer",
        "roles": json.dumps(list(template.roles), ensure_ascii=False),
    }


def _run_seed(copy: StagedSite, template: Template, bus: EventBus) -> CallResult:
    written: set[str] = set()

    def listen(event: Event) -> None:
        if isinstance(event, (LogRecorded, CallFinished)):
            bus.publish(event)
        elif isinstance(event, DataChanged):
            written.update(event.tables)

    unsubscribe = copy.bus.subscribe(listen, LogRecorded, CallFinished, DataChanged)
    try:
        result = copy.calls.call("seed", caller=copy.owner, counts=False)
    finally:
        unsubscribe()
    if result.error is not None:
        place = f"seed.lua:{result.error.line}" if result.error.line else "seed.lua"
        message = result.error.message.removeprefix(f"{place}: ")
        raise TemplateError(f"lua/functions/{place}: seed failed: {message}; nothing was installed")
    foreign = sorted(written - _SEED_MAY_WRITE - set(template.table_names))
    if foreign:
        raise TemplateError(
            f"lua/functions/seed.lua: seed writes to {', '.join(foreign)}, not a table of this template; "
            "nothing was installed"
        )
    return result


def _group_ids(path: Path) -> set[str]:
    database = Database(path)
    try:
        with database.system_read() as connection:
            return template_rows.group_ids(connection)
    finally:
        database.close()


def _kv_files(staged: SiteFolder) -> dict[str, bytes]:
    if not staged.state_dir.is_dir():
        return {}
    return {
        path.relative_to(staged.path).as_posix(): path.read_bytes()
        for path in sorted(staged.state_dir.glob("*.json"))
    }
