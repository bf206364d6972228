"""Who wrote a row: asked off the Qt thread, with what each call changed in it where that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.work import Work
from goop_console.tabs.data.people import known_peers
from goop_console.tabs.data.questions.who_dialog import WhoDialog
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import elided
from lua_engine import CallResult, Engine, LongValue, RowHistory, RowWrite

_MAX_SHOWN = 60  # characters of a value
_MAX_LOOKED_AT = 20  # calls


@dataclass(frozen=True, slots=True)
class Provenance:
    """``changes`` says in words what each write of ``history`` changed in the row; empty: that is not kept.
    ``names`` are those of peers, by their ids.
    """

    history: RowHistory
    changes: tuple[str, ...]
    names: Mapping[str, str]


class WhoPresenter(QObject):
    """``line_requested(script, kind, line)`` leads to a line of a script."""

    line_requested = Signal(str, str, int)

    def __init__(self, context: TabContext, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._context = context
        self._engine = context.session.engine
        self._work = Work(context.operations, context.notify, self)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def show(self, table: str, key: int) -> None:
        """Who wrote the row of ``table`` with rowid ``key``."""
        engine = self._engine
        self._work.run(
            lambda: provenance(engine, table, key),
            done=lambda found: self._open(f"row {key} of {table}", found),
        )

    def _open(self, place: str, found: Provenance) -> None:
        dialog = WhoDialog(place, found.history, found.changes, found.names, self._view)
        dialog.call_chosen.connect(lambda call_id: self._context.navigate("logs", call_id=call_id))
        dialog.line_chosen.connect(self.line_requested)
        dialog.open()


def provenance(engine: Engine, table: str, key: int) -> Provenance:
    """Not for the Qt thread. Raises :class:`StoreError`."""
    history = engine.data.who_wrote(table, key)
    calls = dict.fromkeys(one.origin for one in history.writes if one.is_call)
    kept = {}
    for call_id in list(calls)[:_MAX_LOOKED_AT]:
        record = engine.history.find(call_id)
        kept[call_id] = changed_words(record.result, table, key) if record is not None else ""
    changes = tuple(kept.get(one.origin, "") or external_words(one) for one in history.writes)
    return Provenance(history, changes, {peer.id: peer.name for peer in known_peers(engine)[0]})


def external_words(write: RowWrite) -> str:
    """What another program changed; empty for anybody else."""
    if write.operation == "update" and write.origin == "external" and not write.cells:
        return "Changed after the beginning of a long text or blob"
    if write.operation == "update":
        return "\n".join(f"{name}: {_shown(was)} became {_shown(now)}" for name, was, now in write.cells)
    own = [(name, was, now) for name, was, now in write.cells if not name.startswith("_")]
    words, place = ("Added with", 2) if write.operation == "insert" else ("Deleted; it had", 1)
    return f"{words} {', '.join(f'{one[0]} {_shown(one[place])}' for one in own)}" if own else ""


def changed_words(result: CallResult, table: str, key: int) -> str:
    """What a call changed in one row: ``title: "a" became "b"``; empty when that is not kept."""
    diff = result.diff.table(table)
    if diff is None:
        return ""
    for row in diff.changed:
        if row.key == key:
            cells = zip(diff.columns, row.before, row.after, strict=True)
            return "\n".join(
                f"{name}: {_shown(before)} became {_shown(after)}"
                for name, before, after in cells
                if name in row.columns
            )
    place = diff.columns.index(diff.key) if diff.key in diff.columns else -1
    for words, rows in (("Added with", diff.added), ("Deleted; it had", diff.removed)):
        for cells_of in rows:
            if place >= 0 and cells_of[place] == key:
                pairs = zip(diff.columns, cells_of, strict=True)
                shown = ", ".join(
                    f"{name} {_shown(value)}" for name, value in pairs if not name.startswith("_")
                )
                return f"{words} {shown}"
    return ""


def _shown(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, LongValue):
        return f"{_shown(value.start)} ({value.size:,} bytes)"
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return f'"{elided(value, _MAX_SHOWN)}"' if isinstance(value, str) else str(value)
