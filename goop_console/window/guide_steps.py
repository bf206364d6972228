"""What the guided tour of the demo says, and where. Two minutes: eight stops of two or three sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DMITRI = "12D3KooWDemoDmitriPassing4"  # a stranger, of resources/demo/peers.json
ANNA = "12D3KooWDemoAnnaGardener01"  # a coauthor


@dataclass(frozen=True, slots=True)
class GuideStep:
    """``tab_id`` and ``target`` as ``navigate`` takes them; ``part`` is how the accessible name of the widget
    begins that the step speaks of (empty: the whole tab).
    """

    tab_id: str
    title: str
    text: str
    part: str = ""
    target: Mapping[str, Any] = field(default_factory=dict)


STEPS = (
    GuideStep(
        "scripts",
        "The scripts of the site",
        "This is a garden that four people share. Visitors' browsers call these Lua scripts: each row "
        "says what one is and how often it may be called.",
        "Scripts",
    ),
    GuideStep(
        "scripts",
        "A mistake never breaks the site",
        "Change this script and save it with Ctrl+S: it is live at once. If it does not compile, the "
        "line is marked and the last good version goes on answering. Click beside a line number for a "
        "breakpoint.",
        "Lua source",
        {"name": "hello", "kind": "command"},
    ),
    GuideStep(
        "calls",
        "Be any visitor",
        "Dmitri, a stranger, is about to delete a task. Press Ctrl+Return: only the owner may, says the"
        " answer. It is a dry run, on a copy: nothing is changed whoever you are.",
        "Caller",
        {"function": "tasks", "params": {"action": "delete", "id": 1}, "caller_id": DMITRI},
    ),
    GuideStep(
        "calls",
        "See what a call would change",
        "Now Anna adds a task. The answer comes with the rows that would be added and the SQL that ran."
        " Debug runs the same call and stops at your breakpoints, also backwards.",
        "What to call",
        {"function": "tasks", "params": {"action": "add", "text": "Water the beds"}, "caller_id": ANNA},
    ),
    GuideStep(
        "data",
        "The rows behind it",
        "All tables of the site. Edit a cell by typing, take anything back with Ctrl+Z, and see which "
        "visitor wrote a row. “View as” shows what somebody else may read.",
        "Rows",
    ),
    GuideStep(
        "site",
        "The pages themselves",
        "Open the site in your browser as several visitors at once, live or on a copy. Every call of "
        "the pages is listed here, with who asked and why not.",
    ),
    GuideStep(
        "logs",
        "Who did what",
        "Every line and every call of the last days, over time. Filter them by words, level, script or "
        "caller; a click on a line leads to its call.",
        "Entries over time",
    ),
    GuideStep(
        "templates",
        "Whole sites, ready made",
        "A blog, a poll, a board: look at the plan of what would be added and dropped, install it, and "
        "go back to before if you like. That was the tour. Your own site: File, Open Site (Ctrl+O).",
        "Templates",
    ),
)
