"""Entries of the history as a person reads them."""

from __future__ import annotations

import re

from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.tabs.calls.model.words import one_line
from lua_engine import OUTCOME_WORDS, HistoryEntry, HistoryRecord

_LEFT_OUT = re.compile(r"(\w+) \((\d+ KB)\)")


def entry_title(entry: HistoryEntry) -> str:
    """What was asked for, on one line."""
    if entry.kind == "chat":
        return one_line(entry.title)
    if entry.kind == "event":
        return f"{entry.script} {entry.title}"
    return f"{entry.script} · {entry.title}" if entry.title else entry.script


def caller_title(entry: HistoryEntry) -> str:
    """Who called, with the role that they had then."""
    return f"{entry.caller.name} ({entry.role or STRANGER})"


def entry_words(entry: HistoryEntry) -> str:
    """One entry as a sentence."""
    run = "dry run" if entry.is_dry else "for real"
    reason = f": {entry.reason}" if entry.reason else ""
    return f"{entry_title(entry)} as {caller_title(entry)}, {run}, {OUTCOME_WORDS[entry.outcome]}{reason}"


def left_out(record: HistoryRecord) -> dict[str, str]:
    """The parts that were too large to be kept, with their sizes: ``{"value": "812 KB"}``."""
    return dict(_LEFT_OUT.findall(record.note))
