"""What the owner can do to rows and tables in the Data tab, each with its words.

The way back is the engine's: every change of rows is an entry of ``data.undo``, taken back in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from goop_console.services.intents import Intent
from goop_console.tabs.data.editing.pasting import pasted_edits
from goop_console.tabs.data.rows.copying import keys_of
from goop_console.tabs.data.rows.merge import Span
from goop_console.widgets.wording import counted
from lua_engine import (
    Caller,
    CellEdit,
    ColumnInfo,
    Deadline,
    RowImport,
    RowKey,
    SiteData,
    SqlPreview,
    UndoEntry,
)

Tell = Callable[[int], None]
Work = Callable[[Deadline, Tell], UndoEntry | None]


def _silent(_entry: UndoEntry | None) -> str:
    """The grid shows it."""
    return ""


def _undoable(entry: UndoEntry | None) -> str:
    return f"{entry.title} · Ctrl+Z undoes it" if entry is not None else ""


@dataclass(frozen=True, slots=True)
class WriteRows:
    """``doing`` names it while it lasts ("Deleting"), ``total`` is how many rows it is about (0: not known).
    ``work`` runs in a thread and answers what can be taken back from then on, None when nothing changed;
    ``done_words`` say what was done, empty where it is to be seen. ``keys`` are the rows that it changes,
    where they are few enough to be read again one by one.
    """

    doing: str
    work: Work
    total: int = 0
    done_words: Callable[[UndoEntry | None], str] = _silent
    failed_title: str = "Not saved"
    keys: Sequence[RowKey] = ()

    def progress_words(self, rows: int) -> str:
        """How far it is when ``rows`` are done."""
        if not rows:
            return f"{self.doing}…"
        of = f" of {self.total:,}" if self.total > rows else ""
        return f"{self.doing} · {rows:,}{of} so far"


Owner = Callable[[], Caller]
"""Asked when it is written: a site whose key is damaged has none."""


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """Rows of the grid: ``spans`` of ``keys``, which are all that are shown."""

    keys: Sequence[RowKey]
    spans: Sequence[Span]

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    def listed(self) -> list[RowKey]:
        """Their keys; of very many not for the Qt thread."""
        return keys_of(self.keys, self.spans)


# Rows


def change_cells(data: SiteData, table: str, edits: Sequence[CellEdit], title: str = "") -> WriteRows:
    """Exactly these cells; ``title`` names the edit in the list of edits."""
    return WriteRows(
        "Saving",
        lambda limit, tell: data.edit.update(table, edits, title, deadline=limit, progress=tell),
        len(edits),
        keys=[one.key for one in edits],
    )


def fill_cells(
    data: SiteData, table: str, rows: ChosenRows, columns: Sequence[str], value: Any, title: str
) -> WriteRows:
    """``value`` in each of ``columns`` of each of ``rows``."""

    def work(limit: Deadline, tell: Tell) -> UndoEntry | None:
        edits = [CellEdit(key, name, value) for key in rows.listed() for name in columns]
        return data.edit.update(table, edits, title, deadline=limit, progress=tell)

    return WriteRows("Saving", work, len(rows) * len(columns), keys=_few(rows))


def paste_cells(
    data: SiteData,
    table: str,
    text: str,
    chosen: ChosenRows,
    below: Sequence[RowKey],
    columns: Sequence[ColumnInfo],
) -> WriteRows:
    """The cells in ``text`` over those of the grid; see :func:`pasted_edits`."""

    def work(limit: Deadline, tell: Tell) -> UndoEntry | None:
        edits = pasted_edits(text, chosen.listed(), below, columns)
        title = f"Pasted {counted(len(edits), 'cell')}"
        return data.edit.update(table, edits, title, deadline=limit, progress=tell) if edits else None

    return WriteRows("Pasting", work)


def add_row(data: SiteData, table: str, values: Mapping[str, Any], owner: Owner) -> WriteRows:
    return WriteRows(
        "Adding a row", lambda _limit, _tell: data.edit.insert(table, [values], owner(), "Added a row")
    )


def add_rows(data: SiteData, table: str, rows: Sequence[Mapping[str, Any]], owner: Owner) -> WriteRows:
    """Those of the clipboard."""
    return WriteRows(
        "Adding rows",
        lambda limit, tell: data.edit.insert(table, rows, owner(), deadline=limit, progress=tell),
        len(rows),
        _undoable,
    )


def change_row(
    data: SiteData, table: str, key: RowKey, before: Mapping[str, Any], given: Mapping[str, Any]
) -> WriteRows:
    """What differs between ``before`` and ``given``."""
    edits = [
        CellEdit(key, name, value, before[name])
        for name, value in given.items()
        if type(value) is not type(before[name]) or value != before[name]
    ]
    return WriteRows(
        "Saving",
        lambda _limit, _tell: data.edit.update(table, edits, "Edited a row") if edits else None,
        keys=[key],
    )


def delete_rows(data: SiteData, table: str, rows: ChosenRows) -> WriteRows:
    return WriteRows(
        "Deleting",
        lambda limit, tell: data.edit.delete(table, rows.listed(), deadline=limit, progress=tell),
        len(rows),
        _undoable,
        keys=_few(rows),
    )


def import_rows(rows: RowImport, count: int, owner: Owner, *, skip_bad: bool) -> WriteRows:
    """Those of a file that was looked at; ``count`` are in it."""

    def words(entry: UndoEntry | None) -> str:
        return f"Added {counted(entry.rows if entry is not None else 0, 'row')} · Ctrl+Z undoes it"

    return WriteRows(
        "Importing",
        lambda limit, tell: rows.run(owner(), limit, tell, skip_bad=skip_bad),
        count,
        words,
        "Nothing was imported",
    )


def write_sql(data: SiteData, preview: SqlPreview) -> WriteRows:
    """What was looked at."""

    def words(entry: UndoEntry | None) -> str:
        return f"{counted(entry.rows if entry is not None else 0, 'row')} changed · Ctrl+Z undoes it"

    return WriteRows(
        "Running",
        lambda limit, _tell: data.sql.write(preview, limit),
        preview.rows,
        words,
        "Nothing was written",
    )


# The way back


def undo_edit(data: SiteData, entry_id: int | None = None, *, force: bool = False) -> WriteRows:
    """Take back the newest edit, or that one; ``force``: also rows that were changed since."""
    return WriteRows(
        "Undoing",
        lambda limit, tell: data.undo.undo(entry_id, force=force, deadline=limit, progress=tell),
        done_words=lambda entry: _turned("Undone", "Nothing to undo.", entry),
        failed_title="Not undone",
    )


def redo_edit(data: SiteData, entry_id: int | None = None, *, force: bool = False) -> WriteRows:
    """Do again what was undone last, or that one."""
    return WriteRows(
        "Doing again",
        lambda limit, tell: data.undo.redo(entry_id, force=force, deadline=limit, progress=tell),
        done_words=lambda entry: _turned("Done again", "Nothing to redo.", entry),
        failed_title="Not done again",
    )


def _turned(word: str, nothing: str, entry: UndoEntry | None) -> str:
    return f"{word}: {entry.title} ({entry.table})" if entry is not None else nothing


# Tables


def change_schema(data: SiteData, table: str, text: str) -> Intent:
    """The schema as it was typed. SQLite cannot take it back."""
    return Intent(
        f"Change the schema of {table}",
        lambda: data.change_schema(table, text),
        f"The schema of {table} was changed.",
    )


_FEW = 1_000  # past it everything that is in view is read again


def _few(rows: ChosenRows) -> Sequence[RowKey]:
    return rows.listed() if len(rows) <= _FEW else ()
