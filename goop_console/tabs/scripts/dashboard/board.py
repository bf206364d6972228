"""Keeps what the list shows: facts of each script, its calls of the last hour, the tables there are."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.services.refresher import Refresher
from goop_console.services.work import Work
from goop_console.tabs.scripts.dashboard.activity import Activity, Sample, Tally
from goop_console.tabs.scripts.dashboard.facts import (
    action_of,
    key_of_record,
    read_facts,
    read_records,
    sample_of_record,
    sample_of_result,
)
from goop_console.tabs.scripts.dashboard.rows import Line, script_line
from goop_console.tabs.scripts.record import ScriptFacts, ScriptRecord, script_of
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.tab import TabContext
from lua_engine import CallResult, LogRecord, ScriptInfo

_MINUTE_MS: Final = 60_000
_TABLES_MS: Final = 500
_NO_CALLS: Final = Tally()


class _BoardLine(NamedTuple):
    """A line, and what it was made of."""

    record: ScriptRecord
    tallies: tuple[Tally, ...]
    minute: int
    line: Line


class Board(QObject):
    """``changed`` comes when lines say something else than before."""

    changed = Signal()

    def __init__(self, context: TabContext, parent: QObject) -> None:
        super().__init__(parent)
        session = context.session
        self._engine = session.engine
        self._work = Work(context.operations, context.notify, self)
        self._infos: Mapping[str, ScriptInfo] = {}
        self._facts: dict[str, ScriptFacts] = {}
        self._tables: frozenset[str] | None = None
        self._activity: dict[tuple[str, str], Activity] = {}  # by script and action
        self._since = time.time()  # calls from here on are told; earlier ones are in the log
        self._has_log = False
        self.with_trials = False
        self._lines: dict[str, _BoardLine] = {}
        engine = self._engine
        self._refresher = Refresher(
            context.operations, lambda: engine.language.table_names(), delay_ms=_TABLES_MS, parent=self
        )
        self._refresher.read.connect(self._on_tables)
        self._refresher.failed.connect(context.notify.exception)
        session.data_changed.connect(lambda *_: self.read_tables())
        session.template_changed.connect(lambda _: self.read_tables())
        session.call_finished.connect(self._on_call)
        minute = QTimer(self)
        minute.setInterval(_MINUTE_MS)
        minute.timeout.connect(self.changed)
        minute.start()
        self._refresher.read_now()

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and self._refresher.is_settled

    def read_tables(self) -> None:
        """Look in a moment which tables there are."""
        self._refresher.read_soon()

    def set_infos(self, infos: Mapping[str, ScriptInfo]) -> None:
        """The scripts there are now; what changed is read again."""
        old, self._infos = self._infos, dict(infos)
        fresh = [info for key, info in infos.items() if old.get(key) != info]
        self._facts = {key: facts for key, facts in self._facts.items() if key in infos}
        engine = self._engine
        if fresh:
            self._work.run(lambda: read_facts(engine, fresh), done=self._on_facts)
        if not self._has_log:
            self._has_log = True
            self._work.run(lambda: read_records(engine, self._since), done=self._on_records)

    def show_trials(self, is_wanted: bool) -> None:
        """Whether dry runs and checks count as calls."""
        self.with_trials = is_wanted
        self.changed.emit()

    def record(self, key: str, document: ScriptDocument | None) -> ScriptRecord:
        """All that is known of a script; ``document`` is what is open of it."""
        info = self._infos[key] if key in self._infos or document is None else document.info
        facts = self._facts.get(key, ScriptFacts())
        if self._tables is not None:
            known = self._tables
            missing = tuple(one for one in facts.tables if one not in known)
            facts = replace(facts, missing=missing) if missing else facts
        rate = self._engine.settings.lua.rate_limit_per_peer
        tally = self._tally(key, "", time.time())
        if document is None:
            return ScriptRecord(info, tally, rate, facts=facts)
        return ScriptRecord(info, tally, rate, document.is_modified, document.is_gone, facts, document.trial)

    def lines(self, records: Iterable[ScriptRecord]) -> list[Line]:
        """The list, each script with its actions. A line that says the same as before is the same object."""
        now = time.time()
        found = {record.key: self._line(record, now) for record in records}
        self._lines = found
        return [made.line for made in found.values()]

    def _line(self, record: ScriptRecord, now: float) -> _BoardLine:
        actions = record.facts.actions
        tallies = tuple(self._tally(record.key, one.name, now) for one in actions)
        minute = int(now // 60) if record.tally.last else 0  # "5 min ago" grows old
        old = self._lines.get(record.key)
        if old is not None and (old.record, old.tallies, old.minute) == (record, tallies, minute):
            return old
        line = script_line(record, list(zip(actions, tallies, strict=True)), now)
        return _BoardLine(record, tallies, minute, line)

    def _tally(self, key: str, action: str, now: float) -> Tally:
        activity = self._activity.get((key, action))
        return activity.tally(now, with_trials=self.with_trials) if activity is not None else _NO_CALLS

    def _on_facts(self, found: dict[str, ScriptFacts]) -> None:
        self._facts.update(found)
        self.changed.emit()

    def _on_tables(self, tables: frozenset[str] | None) -> None:
        if tables != self._tables:
            self._tables = tables
            self.changed.emit()

    def _on_records(self, records: tuple[LogRecord, ...]) -> None:
        for record in records:
            key = key_of_record(record, self._infos)
            if key:
                action = record.call.action if record.call is not None else ""
                self._add(key, action, sample_of_record(record))
        self.changed.emit()

    def _on_call(self, result: CallResult) -> None:
        key, sample = script_of(result, self._infos), sample_of_result(result)
        if key is not None and sample.at >= self._since:
            self._add(key, action_of(result), sample)
            self.changed.emit()

    def _add(self, key: str, action: str, sample: Sample) -> None:
        """To the script, and to the action if the script has it: anybody can ask for any name."""
        names = {one.name for one in self._facts.get(key, ScriptFacts()).actions}
        for name in ("", action) if action in names else ("",):
            self._activity.setdefault((key, name), Activity()).add(sample)
