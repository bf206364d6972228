"""How entries stand among each other: in their order, each call as a foldable group, or similar ones
together. Pure: no Qt.

Shown is a flat list, in which a group is a row of its own and its lines follow it::

    12:03:04  OK     todo · add  Anna     3.2 ms · 2 SQL · 2 lines        a Group
    12:03:04  Info                          asked by Anna                a LogEntry of that group
    12:03:04  Info                          added task 5                 another
    12:03:09  Info   todo                   functions/todo.lua: reloaded  a LogEntry of no group

A group stands where its first entry stood when it was made, and stays there: what is added later to a call
that runs on goes into it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from goop_console.tabs.logs.entry import Group, LogEntry, alike

Mode = Literal["calls", "flat", "similar"]
MODES: tuple[Mode, ...] = ("calls", "flat", "similar")


Row = Group | LogEntry
KEYS: dict[Mode, Callable[[LogEntry], str]] = {
    "calls": lambda entry: entry.call_id,
    "flat": lambda _entry: "",
    "similar": lambda entry: alike(entry.record),
}


def order(row: Row) -> tuple[int, int, int]:
    """What rows are sorted by."""
    if isinstance(row, Group):
        return row.place, 0, 0
    return (row.group.place, 1, row.number) if row.group is not None else (row.number, 0, 0)


def entry_of(row: Row) -> LogEntry:
    """The entry that a row is about."""
    return row.main if isinstance(row, Group) else row


@dataclass(slots=True)
class Placed:
    """What new entries came to: ``rows`` in one piece, ``inside`` those of groups that were there before, and
    the groups that look otherwise now.
    """

    rows: list[Row] = field(default_factory=list)
    inside: list[LogEntry] = field(default_factory=list)
    changed: dict[str, Group] = field(default_factory=dict)


class Grouping:
    """Which group each entry is in, and which groups are folded."""

    def __init__(self) -> None:
        self.mode: Mode = "calls"
        self._groups: dict[str, Group] = {}
        self._all_folded = False
        self._others: set[str] = set()  # groups that are not as all are
        self._heads: list[Mapping[str, LogEntry]] = []
        self._batch = 0

    def start(self, mode: Mode, heads: Sequence[Mapping[str, LogEntry]]) -> None:
        """Begin anew; ``heads`` are where summaries of calls are looked up."""
        if mode != self.mode:
            self._all_folded, self._others = mode == "similar", set()
        self.mode = mode
        self._heads = list(heads)
        self._groups = {}

    def group(self, key: str) -> Group | None:
        return self._groups.get(key)

    def is_folded(self, group: Group) -> bool:
        return (group.key in self._others) != self._all_folded

    def set_folded(self, group: Group, folded: bool) -> None:
        if folded == self._all_folded:
            self._others.discard(group.key)
        else:
            self._others.add(group.key)

    def fold_all(self, folded: bool) -> None:
        self._all_folded, self._others = folded, set()

    def forget_before(self, number: int) -> None:
        """The groups whose place is before ``number`` are gone."""
        self._groups = {key: group for key, group in self._groups.items() if group.place >= number}

    def place(self, entries: Iterable[LogEntry]) -> Placed:
        """Put ``entries``, in their order, where they belong. 100,000 of them within a moment, so the loop
        calls next to nothing for the usual entry: one of the call that came last, or the first of a call.
        """
        found = Placed()
        self._batch += 1
        rows, groups, key_of, batch = found.rows, self._groups, KEYS[self.mode], self._batch
        is_call_mode = self.mode == "calls"
        last: Group | None = None
        last_key, is_open = "", False
        for entry in entries:
            key = key_of(entry)
            if is_open and last is not None and key == last_key:
                entry.group = last
                if entry.is_call:
                    last.head = entry
                else:
                    last.lines.append(entry)
                    rows.append(entry)
                continue
            is_open = False
            if not key:
                entry.group = last = None
                rows.append(entry)
                continue
            group = groups.get(key)
            if group is None:
                group = Group(key, entry.number, self._head(key), batch, is_call=is_call_mode)
                groups[key] = last = group
                last_key = key
                rows.append(group)
                if is_call_mode and not self.is_folded(group):
                    is_open = True
                    entry.group = group
                    if entry.is_call:
                        group.head = entry
                    else:
                        group.lines.append(entry)
                        rows.append(entry)
                    continue
            elif group.batch != batch:
                found.changed[key] = group
            entry.group = group
            self._join(found, group, entry, is_last=group is last)
        return found

    def _join(self, found: Placed, group: Group, entry: LogEntry, *, is_last: bool) -> None:
        if group.is_call and entry.is_call:
            group.head = entry
            return
        if group.lines and group.lines[-1].number > entry.number:
            insort(group.lines, entry, key=lambda one: one.number)
        else:
            group.lines.append(entry)
        if self.is_folded(group) or not group.can_fold:
            return
        # Of similar ones the first was the group's own row until there was a second.
        fresh = group.lines if not group.is_call and len(group.lines) == 2 else [entry]
        (found.rows if is_last else found.inside).extend(fresh)

    def _head(self, key: str) -> LogEntry | None:
        if self.mode != "calls":
            return None
        for heads in self._heads:
            head = heads.get(key)
            if head is not None:
                return head
        return None

    def rows_of(self, group: Group) -> list[LogEntry]:
        """The rows that follow a group's own."""
        return [] if self.is_folded(group) or not group.can_fold else list(group.lines)


def place_of(rows: Sequence[Row], row: Row) -> int:
    """Where ``row`` is in ``rows``, or -1."""
    place = bisect_left(rows, order(row), key=order)
    return place if place < len(rows) and rows[place] is row else -1
