"""What is asked for and how it is shown: the filter, its chips, the saved ones, the view menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from goop_console.services.notify import Notifier
from goop_console.tabs.logs.display import Display, display_from
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.filter import Chip, LogFilter, filter_from
from goop_console.tabs.logs.filter_panel import FilterPanel
from goop_console.tabs.logs.saved_filters import chip_words, filter_words, time_words
from goop_console.tabs.logs.terms import SlowPattern

_TIME = "time"  # the chip of a stretch of time


class FilterControl(QObject):
    """``changed`` comes when other entries are wanted, or the same ones otherwise."""

    changed = Signal()

    def __init__(self, panel: FilterPanel, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._notify = notify
        self._names: dict[str, str] = {}  # callers' names by id
        self.filter = LogFilter()
        self.display = Display()
        panel.bar.text_changed.connect(lambda text: self.set_filter(replace(self.filter, text=text)))
        panel.level_chosen.connect(lambda level: self.set_filter(replace(self.filter, level=level)))
        panel.dry_requested.connect(lambda dry: self.set_filter(replace(self.filter, dry=dry)))
        panel.chips.removed.connect(self._on_chip_removed)
        panel.chips.turned.connect(self._on_chip_turned)
        panel.saved.chosen.connect(self.set_filter)
        panel.saved.save_requested.connect(self._save)
        panel.display.chosen.connect(self.set_display)

    def see(self, entries: list[LogEntry]) -> None:
        """Remember how callers are called."""
        for entry in entries:
            caller = entry.record.caller
            if caller is not None:
                self._names[caller.id] = caller.name

    def pick_wide(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Those that pass all but the level (``LogFilter.narrow``); for a pattern that is too slow none, and
        that is said.
        """
        try:
            return self.filter.pick_wide(entries, all_texts=self.display.highlights)
        except SlowPattern as error:
            self._panel.problem.say(str(error))
            return []

    @property
    def is_slow(self) -> bool:
        """Not for the Qt thread when there are many entries."""
        return self.filter.terms.is_slow and not self.display.highlights

    def is_hit(self, entry: LogEntry) -> bool:
        """What is typed is only highlighted, and ``entry`` has it."""
        terms = self.filter.terms
        if not self.display.highlights or terms.is_empty:
            return False
        try:
            return bool(terms.pick([entry]))
        except SlowPattern:
            return False

    def choose(self, chip: Chip) -> None:
        """One more condition."""
        self.set_filter(self.filter.with_chip(chip))

    def set_range(self, since: float | None, until: float | None) -> None:
        """Only what was logged then; None: no bound."""
        self.set_filter(replace(self.filter, since=since, until=until))

    def set_filter(self, wanted: LogFilter) -> None:
        """Ask for something else."""
        if wanted == self.filter:
            return
        old, self.filter, panel = self.filter, wanted, self._panel
        panel.show_level(wanted.level)
        panel.dry.setChecked(wanted.dry)
        if old.text != wanted.text and panel.bar.text() != wanted.text:
            panel.bar.set_text(wanted.text)
        panel.problem.say(wanted.terms.problem)
        panel.saved.allow_saving(not wanted.is_empty)
        self._show_chips()
        self.changed.emit()

    def set_display(self, display: Display) -> None:
        """Show it otherwise."""
        if display != self.display:
            self.display = display
            self._panel.display.show_display(display)
            self.changed.emit()

    def _show_chips(self) -> None:
        wanted = self.filter
        chips: list[tuple[object, str]] = [(chip, chip_words(chip, self._name_of)) for chip in wanted.chips]
        if wanted.since is not None or wanted.until is not None:
            chips.append((_TIME, time_words(wanted)))
        self._panel.chips.show_chips(chips)

    def _name_of(self, caller_id: str) -> str:
        return self._names.get(caller_id, caller_id)

    def _on_chip_removed(self, meaning: object) -> None:
        if isinstance(meaning, Chip):
            self.set_filter(self.filter.without_chip(meaning))
        elif meaning == _TIME:
            self.set_range(None, None)

    def _on_chip_turned(self, meaning: object) -> None:
        if isinstance(meaning, Chip):
            self.choose(replace(meaning, is_not=not meaning.is_not))

    def _save(self) -> None:
        words = filter_words(self.filter, self._name_of)
        self._panel.saved.save(replace(self.filter, since=None, until=None), words)
        self._notify.info(f"Saved: {words}. It is in the menu Filters.")

    def stored(self) -> dict[str, Any]:
        """The filter, the saved ones, and how entries are shown, as plain JSON data."""
        return {
            **self.filter.stored(),
            "saved": self._panel.saved.stored(),
            "display": self.display.stored(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what ``stored`` gave."""
        self._panel.saved.restore(state.get("saved"))
        self.set_display(display_from(state.get("display")))
        self.set_filter(filter_from(dict(state)))
