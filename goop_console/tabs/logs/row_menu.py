"""What can be done with one row, as a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from goop_console.tabs.logs.detail_view import value_words
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.filter import FIELDS, VALUES, Chip
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.wording import elided

_LETTERS = 40


def row_menu(
    parent: QWidget,
    entry: LogEntry,
    choose: Callable[[Chip], object],
    ways: Sequence[tuple[str, Callable[[], object]]],
) -> QMenu:
    """``choose`` takes a condition; ``ways`` are the rest: words and what they do. It deletes itself."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    for words, slot in ways:
        menu.addAction(words, slot)
    for is_not, title in ((False, "Only"), (True, "Without")):
        menu.addSeparator()
        for field in FIELDS:
            value = VALUES[field](entry)
            if value:
                shown = elided(shown_line(value_words(field, entry)), _LETTERS).replace("&", "&&")
                chip = Chip(field, value, is_not)
                menu.addAction(f"{title} {shown}", partial(choose, chip))
    return menu
