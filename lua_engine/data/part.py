"""``engine.data``: what the data browser asks of an open site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, KnownError, StoreError
from lua_engine.base.events import EventBus
from lua_engine.data.exporting import Exported, FileFormat, export_rows, exported_fields
from lua_engine.data.external_changes import ExternalChanges
from lua_engine.data.formats import TextFormat
from lua_engine.data.importing import ImportFormat, RowImport
from lua_engine.data.provenance import RowHistory, Writes, with_external
from lua_engine.data.usage import TableUse, uses_of
from lua_engine.schema.model import OPERATIONS, Access, Operation
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import check_inside
from lua_engine.store.changes.journal import EditJournals, TakenBack
from lua_engine.store.changes.seen_rows import SeenRows
from lua_engine.store.changes.undo import UndoLog
from lua_engine.store.database import Database
from lua_engine.store.tables.access import Decision, TableAccess, decide
from lua_engine.store.tables.catalog import COUNT_SECONDS, TableCatalog
from lua_engine.store.tables.edit import RowEditor
from lua_engine.store.tables.health import DataReport, check_data
from lua_engine.store.tables.info import TableInfo
from lua_engine.store.tables.query import RowQuery
from lua_engine.store.tables.reading import ReadCancelled, RowReader
from lua_engine.store.tables.schema_change import SchemaChanges, SchemaPlan
from lua_engine.store.tables.source import RowKey
from lua_engine.store.tables.sql import SqlRunner


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes are looked through. ``role`` is the role in the template's group, empty for a stranger."""

    peer_id: str
    role: str
    is_owner: bool


class SiteData:
    """Thread-safe. Nothing here is for the Qt thread.

    ``rows`` reads, ``edit`` writes, ``undo`` takes back, ``sql`` runs what the owner types, ``writes``
    knows who wrote a row.
    """

    def __init__(
        self,
        database: Database,
        tables: TableCatalog,
        scripts: ScriptRegistry,
        writes: Writes,
        folder: SiteFolder,
        role_of: Callable[[str], str],
        bus: EventBus,
    ) -> None:
        self._database = database
        self._tables = tables
        self._scripts = scripts
        self._folder = folder
        self._role_of = role_of
        self._seen = SeenRows()
        self._external = ExternalChanges(bus, database, self._seen)
        self.rows = RowReader(database, self._seen)
        self._journals = EditJournals(None if database.read_only else folder.path, folder.console_dir.name)
        self.undo = UndoLog(database, journals=self._journals)
        self.edit = RowEditor(database, tables, self.undo)
        self.sql = SqlRunner(database, self.undo)
        self.schemas = SchemaChanges(database)
        self.writes = writes
        self._closing = threading.Event()
        self._recovery: threading.Thread | None = None

    def follow_others(self) -> None:
        """Tell from now on what other programs write to any row, not only to those that were read here. Not
        for a site that is open for reading only: nothing is to stay beside its file.
        """
        if not self._database.read_only:
            self._external.follow_all_rows()

    def recover(self) -> None:
        """Take back, in a thread, the long edits that were cut off when their program was killed; each is
        said in the log.
        """
        if self._journals.left_over() and self._recovery is None:
            self._recovery = threading.Thread(target=self._take_back, name="goop-recover-edits")
            self._recovery.start()

    def recovered(self) -> None:
        """Wait until what was cut off is taken back."""
        if self._recovery is not None:
            self._recovery.join()

    def _take_back(self) -> None:
        def report(edit: TakenBack) -> None:
            self._scripts.log("warn", edit.words)

        try:
            self._journals.take_back(self._database, report, lambda: not self._closing.is_set())
        except (KnownError, OSError) as error:  # Goop2 is writing: the next start goes on
            self._scripts.log("warn", f"an edit that was cut off could not be taken back yet: {error}")

    def tables(self) -> tuple[TableInfo, ...]:
        """User tables, then views, then the system's; no rows are counted."""
        return self._tables.infos()

    def table(self, name: str) -> TableInfo | None:
        """One table or view; None when there is none of that name."""
        return next((info for info in self.tables() if info.name == name), None)

    def count(self, table: str, seconds: float = COUNT_SECONDS) -> int | None:
        """How many rows there are; None ("many") when counting takes longer than ``seconds``."""
        return self._tables.count(table, seconds)

    def who_wrote(self, table: str, key: int) -> RowHistory:
        """Who wrote the row with rowid ``key``, newest first: calls of this console, its owner, and what was
        seen of other programs. Raises :class:`StoreError` when that cannot be read.
        """
        self._external.settle()
        return with_external(self.writes.of_row(table, key), self._seen.changes(table, key))

    def uses(self, table: str) -> tuple[TableUse, ...]:
        """Where scripts name ``table``."""
        return uses_of(self._scripts, table)

    def viewer(self, caller: Caller, owner: Caller) -> Viewer:
        """Through the eyes of ``caller``."""
        return Viewer(caller.id, self._role_of(caller.id), caller.id == owner.id)

    @staticmethod
    def access(table: TableInfo, viewer: Viewer) -> Mapping[Operation, Decision]:
        """What ``viewer`` may do to ``table`` directly, from a page; the same decisions as the pages' own."""
        access = access_of(table)
        return MappingProxyType(
            {one: decide(access, one, viewer.role, is_owner=viewer.is_owner) for one in OPERATIONS}
        )

    def seen_by(self, query: RowQuery, table: TableInfo, viewer: Viewer) -> tuple[RowQuery | None, Decision]:
        """``query`` narrowed to the rows that ``viewer`` may read, and why; None when they may read none."""
        decision = self.access(table, viewer)["read"]
        if not decision.allowed:
            return None, decision
        return replace(query, only_owner=viewer.peer_id) if decision.own_rows else query, decision

    def change_schema(self, table: str, text: str) -> SchemaPlan:
        """Apply a new schema to an ORM table and keep it in ``schemas/TABLE.json``: both or neither. Raises
        :class:`SchemaError` for what is wrong with it or cannot be done.
        """
        path = self._folder.schemas_dir / f"{table}.json"

        def write_file(content: str) -> None:
            check_inside(path.parent, self._folder.path)
            path.parent.mkdir(exist_ok=True)
            write_atomic(path, content.encode("utf-8"), follow=False)

        return self.schemas.apply(table, text, write_file)

    def check(self, deadline: Deadline, progress: Callable[[str], None] = lambda _what: None) -> DataReport:
        """Rows that break their schema, orphans, damage, sizes; see ``store/tables/health.py``."""
        try:
            return check_data(self._database, self.tables(), deadline, progress)
        except CallKilled as error:
            raise ReadCancelled("the check was cancelled") from error

    def exported_fields(self, query: RowQuery, kind: TextFormat) -> tuple[str, ...]:
        """The columns of ``query`` that stand in a text of that kind; see ``exporting.py``."""
        return exported_fields(self.rows, query, kind)

    def export(
        self,
        query: RowQuery,
        path: Path,
        kind: FileFormat,
        deadline: Deadline,
        progress: Callable[[int], None] = lambda _rows: None,
        keys: Sequence[RowKey] | None = None,
    ) -> Exported:
        """Write the rows of ``query`` (``keys``: only these) to a file; see ``exporting.py``."""
        return export_rows(self.rows, query, path, kind, deadline, progress, keys)

    def import_of(self, table: str, path: Path, kind: ImportFormat, *, keep_ids: bool = False) -> RowImport:
        """A file to be checked and then added to ``table``;
        :class:`StoreError` when there is no such table.
        """
        info = self.table(table)
        if info is None:
            raise StoreError(f"there is no table {table}")
        return RowImport(path, kind, info, self.edit, keep_ids=keep_ids)

    def close(self) -> None:
        """End what is under way and forget the undo; ``writes`` is closed after the database."""
        self._closing.set()
        self._external.close()
        self.recovered()
        self.undo.close()


def access_of(table: TableInfo) -> TableAccess:
    """What decides about ``table``. Views, virtual and system tables are for the owner's own computer."""
    if not table.is_writable:
        local = Access(read="local", insert="local", update="local", delete="local")
        return TableAccess(table.name, local)
    return TableAccess(table.name, Access(**table.access), table.roles)
