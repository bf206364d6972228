"""Filters that somebody saved, by the words that say them; and their menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from goop_console.tabs.logs.filter import Chip, LogFilter, filter_from
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.wording import elided

MAX_SAVED = 30
_WORDS = 60
_LEVELS = {"warn": "problems", "error": "errors", "refused": "refused"}
_FIELDS = {"script": "script", "caller": "caller", "call": "call", "origin": "from"}


def chip_words(chip: Chip, name_of: Callable[[str], str]) -> str:
    """``script todo``, ``not caller Anna``."""
    value = name_of(chip.value) if chip.field == "caller" else chip.value
    return f"{'not ' if chip.is_not else ''}{_FIELDS[chip.field]} {value}"


def time_words(wanted: LogFilter) -> str:
    """``14:03:05 to 14:07:00``; with the day where it is not one."""
    ends = [datetime.fromtimestamp(one) for one in (wanted.since, wanted.until) if one is not None]
    is_one_day = len({one.date() for one in ends} | {datetime.now().date()}) == 1
    form = "%H:%M:%S" if is_one_day else "%Y-%m-%d %H:%M:%S"
    begin = f"{ends[0]:{form}}" if wanted.since is not None else "the beginning"
    return f"{begin} to {f'{ends[-1]:{form}}' if wanted.until is not None else 'now'}"


def filter_words(wanted: LogFilter, name_of: Callable[[str], str]) -> str:
    """All conditions on one line: ``errors, script todo, not caller Anna, "late"``."""
    parts = [_LEVELS.get(wanted.level, ""), *(chip_words(chip, name_of) for chip in wanted.chips)]
    parts += [wanted.text.strip(), "dry runs too" if wanted.dry else ""]
    return elided(shown_line(", ".join(part for part in parts if part)), _WORDS)


class SavedFilters(QMenu):
    """``chosen`` hands over a filter. The newest stands first."""

    chosen = Signal(object)  # LogFilter
    save_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Saved filters", parent)
        self._saved: list[tuple[str, LogFilter]] = []
        self._can_save = False
        self.aboutToShow.connect(self._fill)

    def allow_saving(self, can_save: bool) -> None:
        self._can_save = can_save

    def save(self, wanted: LogFilter, words: str) -> None:
        """Keep ``wanted``; one with the same words goes."""
        others = [one for one in self._saved if one[0] != words]
        self._saved = [(words, wanted), *others][:MAX_SAVED]

    def stored(self) -> list[dict[str, Any]]:
        return [{"words": words, **wanted.stored()} for words, wanted in self._saved]

    def restore(self, stored: object) -> None:
        """Take back what ``stored`` gave; anything else is left out."""
        found = [one for one in stored if isinstance(one, dict)] if isinstance(stored, list) else []
        self._saved = [
            (elided(words, _WORDS), filter_from(one))
            for one in found[:MAX_SAVED]
            if isinstance(words := one.get("words"), str) and words
        ]

    def _fill(self) -> None:
        self.clear()
        save = self.addAction("Save this filter", self.save_requested.emit)
        save.setEnabled(self._can_save)
        if not self._saved:
            return
        self.addSeparator()
        for words, wanted in self._saved:
            self.addAction(_escaped(words), partial(self.chosen.emit, wanted))
        forget = self.addMenu("Forget")
        for words, _wanted in self._saved:
            forget.addAction(_escaped(words), partial(self._forget, words))

    def _forget(self, words: str) -> None:
        self._saved = [one for one in self._saved if one[0] != words]


def _escaped(words: str) -> str:
    return words.replace("&", "&&")
