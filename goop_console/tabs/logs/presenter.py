"""What the Logs tab does: keeps the entries, shows those that are asked for, follows or stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from goop_console.services.operations import Operation
from goop_console.services.work import Work
from goop_console.tabs.logs.book import LogBook
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.filter import FIELDS, LEVELS, Chip, LogFilter, with_context
from goop_console.tabs.logs.filter_control import FilterControl
from goop_console.tabs.logs.groups import Row
from goop_console.tabs.logs.histogram import Histogram
from goop_console.tabs.logs.older import OlderEntries, Wanted
from goop_console.tabs.logs.roles import CallerRoles
from goop_console.tabs.logs.tally import Tally
from goop_console.tabs.logs.view import LogsView
from goop_console.tabs.logs.ways import LogWays
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import LogRecord

_NOTHING = "Calls, goop.log lines, errors, refusals and reloaded scripts appear here as they happen."
_TARGETS = {"call_id": "call", "script": "script", "caller_id": "caller", "origin": "origin"}
_MANY = 3_000  # entries: a slow filter looks through more of them in a thread


class LogsPresenter(QObject):
    """Connects the session's records, and those on disk, to the view."""

    def __init__(self, context: TabContext, view: LogsView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        session = context.session
        self.work = Work(context.operations, context.notify, self)
        self._book = LogBook()
        self._first: int | None = None  # what is before it is hidden
        self._frozen: int | None = None  # the last entry that is shown while the view stands still
        self._new = 0  # entries that wait
        self._shown_to = 0  # the newest entry that is shown
        self._chooses_last = False  # as soon as there is one
        self._picking: Operation | None = None
        self._tally = Tally()  # of what is in memory and not hidden
        self.filtering = FilterControl(view.panel, context.notify, self)
        self.ways = LogWays(context, view, self.work, self.filtering.choose)
        self.older = OlderEntries(self.work, session.engine.log)
        self.roles = CallerRoles(session, self.work)
        self.histogram = Histogram(self.work, session.engine.log)
        view.add_histogram(self.histogram)
        view.model.role_of = self.roles.role_of
        view.model.is_hit = self.filtering.is_hit
        self._see(self._book.add(session.recent_records()))
        self._connect()
        self._show()
        self._read_older()
        session.engine.beside.start()
        view.show_beside(session.engine.beside.address)

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        session.log_kept.connect(self._on_log_kept)
        session.goop2_changed.connect(view.show_beside)
        view.beside_lines.clicked.connect(lambda: self.filtering.choose(Chip("origin", "Goop2")))
        view.panel.display.fold_requested.connect(lambda folded: view.table.fold_all(folded=folded))
        view.table.follow_changed.connect(self._on_follow_changed)
        view.table.older_requested.connect(self._on_older_requested)
        view.table.selectionModel().selectionChanged.connect(lambda *_: self.ways.show_detail())
        view.model.modelReset.connect(self.ways.show_detail)
        view.pause_requested.connect(lambda is_wanted: view.table.set_follows(not is_wanted))
        view.hide_requested.connect(self.hide_older)
        view.unhide_requested.connect(self.show_older)
        view.empty.action_triggered.connect(self._on_empty_action)
        self.filtering.changed.connect(self._on_filter_changed)
        self.older.read.connect(self._on_older_read)
        self.older.failed.connect(view.error.say)
        self.roles.changed.connect(view.model.repaint_all)
        self.histogram.range_chosen.connect(self.filtering.set_range)
        self.histogram.out_requested.connect(lambda: self.filtering.set_range(None, None))

    @property
    def is_busy(self) -> bool:
        """The log is being read, counted or written to a file."""
        return not self.work.is_settled

    # Entries come

    def _on_log_kept(self, records: tuple[LogRecord, ...]) -> None:
        first = self._book.last + 1
        added = self._book.add(records)
        self._see(added)
        wide = self.filtering.pick_wide(added)
        self._tally.add(wide)
        if self._frozen is not None:
            self._new += len(self.filtering.filter.narrow(wide))
        else:
            with self._view.table.kept_still():
                self._append(first)
                self._drop_gone()
        for entry in added:
            if entry.record.call is not None:
                self._view.model.set_head(entry)
        self._show_words()
        self.histogram.count_soon()

    def _see(self, entries: list[LogEntry]) -> None:
        self.filtering.see(entries)
        self.roles.see(entries)

    def _append(self, first: int) -> None:
        """Show what passes of the entries from ``first`` on; with context, also what is around it."""
        context = self.filtering.display.context
        entries = self._book.between(max(first - context, self._begin), self._book.last)
        shown = with_context(entries, self._pick(entries), context)
        self._view.model.append([entry for entry in shown if entry.number > self._shown_to])
        self._shown_to = shown[-1].number if shown else self._shown_to

    def _pick(self, entries: list[LogEntry]) -> list[LogEntry]:
        return self.filtering.filter.narrow(self.filtering.pick_wide(entries))

    def _drop_gone(self) -> None:
        """The oldest of this start have gone from memory, and what was read from disk stands before them."""
        if not self._book.is_whole:
            self.older.forget()
            self._view.model.drop_before(self._book.first)

    # Which entries

    @property
    def _begin(self) -> int:
        return self._first if self._first is not None else 1

    def _on_filter_changed(self) -> None:
        display = self.filtering.display
        self._view.table.show_mode(display.mode)
        self.histogram.setVisible(display.histogram)
        self._read_older()
        self._show()
        wanted = self.filtering.filter
        self.histogram.show_filter(replace(wanted, text="") if display.highlights else wanted)

    def _read_older(self) -> None:
        """From disk, back to where the view stands."""
        filtering, place = self.filtering, self._view.table.top_row()
        is_back = self._frozen is not None and place >= 0
        down_to = self._view.model.entry(place).number if is_back else 0
        until = self._context.session.opened_at if self._book.is_whole else self._book.first_time()
        self.older.begin(
            Wanted(
                filtering.filter,
                until,
                self._book.backdated(self._context.session.opened_at),
                filtering.display.context,
                filtering.display.highlights,
                min(0, down_to),
            )
        )

    def _show(self) -> None:
        """All that passes, from memory and from disk. Patterns are tried off the Qt thread, then shown."""
        if self._picking is not None:
            self._picking.cancel()
            self._picking = None
        last = self._book.last if self._frozen is None else self._frozen
        entries = self._book.between(self._begin, last)
        if self.filtering.is_slow and len(entries) > _MANY:
            wanted = self.filtering.filter
            self._picking = self.work.run(
                lambda: wanted.pick_wide(entries),
                done=lambda wide: self._show_passing(entries, wide),
                failed=self._on_slow,
            )
        else:
            self._show_passing(entries, self.filtering.pick_wide(entries))

    def _on_slow(self, reason: str) -> None:
        self._view.panel.problem.say(reason)
        self._show_passing([], [])

    def _show_passing(self, entries: list[LogEntry], wide: list[LogEntry]) -> None:
        self._picking = None
        passing = self.filtering.filter.narrow(wide)
        self._tally = Tally()
        self._tally.add(wide)
        table, model, display = self._view.table, self._view.model, self.filtering.display
        chosen, top = self._row_at(table.chosen_row()), self._row_at(table.top_row())
        shown = with_context(entries, passing, display.context)
        self._shown_to = shown[-1].number if shown else self._begin - 1
        older = self.older.entries if self._first is None else []
        with table.kept_still():
            model.show([*older, *shown], display.mode, [self._book.heads, self.older.heads])
            if not table.follows and top is not None and model.rowCount():
                table.put_at_top(min(model.place_from(top), model.rowCount() - 1))
            place = model.place_of(chosen) if chosen is not None else -1
            if place >= 0:
                table.show_row(place)
            if self._frozen is None and entries:  # what came while a pattern was tried
                self._append(entries[-1].number + 1)
        shown_to = self._frozen if self._frozen is not None else self._book.last
        behind = self._book.between(1 + (entries[-1].number if entries else shown_to), self._book.last)
        wide = self.filtering.pick_wide(behind)
        self._tally.add(wide)
        if self._frozen is not None:
            self._new = len(self.filtering.filter.narrow(wide))
        self._choose_last()
        self._show_words()

    def _row_at(self, place: int) -> Row | None:
        return self._view.model.row(place) if place >= 0 else None

    def _choose_last(self) -> None:
        """After a link led here: the newest of its entries."""
        if self._chooses_last and self._view.model.rowCount():
            self._chooses_last = False
            self._view.table.show_row(self._view.model.rowCount() - 1)

    def _on_older_requested(self) -> None:
        if self._first is None:
            self.older.more()

    def _on_older_read(self, fresh: list[LogEntry] | None) -> None:
        """``fresh`` came in front; None: all that was read is other now."""
        self._view.error.say("")
        self._see(self.older.entries if fresh is None else fresh)
        table = self._view.table
        if self._first is None and fresh is None:
            self._show()
        elif self._first is None and fresh is not None:
            with table.kept_still():
                table.add_above(self._view.model.prepend(fresh))
            self._show_words()
        if self._first is None and (table.is_short() or (not table.follows and table.is_near_top())):
            self.older.more()

    def hide_older(self) -> None:
        """Hide everything so far."""
        self._first = self._book.last + 1
        self._view.table.set_follows(True)
        self._show()

    def show_older(self) -> None:
        """Take ``hide_older`` back."""
        self._first = None
        self._show()

    def _on_empty_action(self) -> None:
        wants_dry = self.filtering.filter.is_empty and self._first is None
        self._first = None
        self.filtering.set_filter(LogFilter(dry=wants_dry))
        self._show()

    def _on_follow_changed(self, follows: bool) -> None:
        self._frozen = None if follows else self._book.last
        self._new = 0
        if follows:
            with self._view.table.kept_still():
                self._append(self._shown_to + 1)
                self._drop_gone()
        self._show_words()

    # What is said

    def _show_words(self) -> None:
        view, book, tally, dry = self._view, self._book, self._tally, self.filtering.filter.takes_dry
        shown = view.model.rowCount()
        counts = {name: tally.count(name, dry=dry) for name in LEVELS if name != "all"}
        view.panel.show_counts(counts, tally.dry_runs)
        view.show_paused(self._frozen is not None, self._new)
        view.show_summary(shown, max(0, self._begin - book.first), self._notes())
        if shown:
            view.show_table()
        else:
            view.show_empty(*self._empty_words())

    def _notes(self) -> str:
        if self._first is not None:
            return ""
        if self.older.is_reading:
            return "reading older ones"
        return "" if self.older.is_exhausted else "older ones as you scroll up"

    def _empty_words(self) -> tuple[str, str, str]:
        """Title, text and action in the place of the list."""
        if self._first is not None and self.filtering.filter.is_empty:
            return "Waiting for new lines", "Everything older is hidden.", "Show older lines"
        if self._picking is not None or (self.older.is_reading and self._first is None):
            return "Reading the log", "What was logged before is being searched.", ""
        if not self.filtering.filter.is_empty:
            return "Nothing passes the filter", "Neither of now nor of the days before.", "Clear the filter"
        if self._book.dry_lines:
            kept_out = f"{counted(self._book.dry_lines, 'line')} of dry runs and checks are kept out."
            return "Nothing of real calls yet", kept_out, "Show them"
        return "The log is empty", _NOTHING, ""

    # For the tab

    def open_target(self, target: Mapping[str, Any]) -> None:
        """Show only what has ``call_id``, ``script``, ``caller_id`` or ``origin``, and the last of it."""
        chips = tuple(
            Chip(field, str(target[name]))
            for name, kind in _TARGETS.items()
            for field in FIELDS
            if field == kind and target.get(name)
        )
        if not chips:
            return
        self._first = None
        self._view.table.set_follows(True)
        self._chooses_last = True
        if self.filtering.filter == LogFilter(chips=chips):
            self._show()
        self.filtering.set_filter(LogFilter(chips=chips))

    def save_state(self) -> dict[str, Any]:
        return {**self.filtering.stored(), "period": self.histogram.period.currentIndex()}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        period = state.get("period")
        if isinstance(period, int) and 0 <= period < self.histogram.period.count():
            self.histogram.period.setCurrentIndex(period)
        self.filtering.restore(state)
