"""One record of the log as the tab keeps it, and the group that it is shown in. Pure: no Qt."""

from __future__ import annotations

import re

from lua_engine import LogRecord

_ON_DISK = 1 << 62
ID_LETTERS = 6  # shorter words would be found by chance in somebody's id
_VARYING = re.compile(r"\b(?:0x)?[0-9a-f]{8,}\b|\"[^\"]*\"|'[^']*'|0x[0-9a-fA-F]+|\d+(?:[.,:]\d+)*")
_MAX_ALIKE = 300  # characters of a message that are compared


class LogEntry:
    """``number`` orders all entries: those of this start count from 1, those read from disk have negative
    numbers by their id there, so that an entry has the same number whenever it is read.

    ``group`` is the one that it is shown in at this moment.
    """

    __slots__ = (
        "call_id", "group", "haystack", "ids", "is_call", "is_context", "is_real", "number", "record",
    )  # fmt: skip

    def __init__(self, number: int, record: LogRecord) -> None:
        self.number = number
        self.record = record
        self.group: Group | None = None
        self.is_context = False  # shown because of its neighbours
        self.call_id, self.is_real = record.call_id, record.is_real  # asked of 100,000 at once
        caller, call = record.caller, record.call
        self.is_call = call is not None
        name = caller.label if caller is not None else ""
        action = call.action if call is not None else ""
        self.haystack = f"{record.message}\n{record.script}\n{name}\n{action}".lower()
        self.ids = f"{caller.id if caller is not None else ''}\n{record.call_id}".lower()

    def has(self, word: str) -> bool:
        """``word``, in lower case, occurs."""
        return word in self.haystack or (len(word) >= ID_LETTERS and word in self.ids)


class Group:
    """``head`` is the summary of a call (None: not come yet, or not kept); ``lines`` are those that pass the
    filter, in their order.
    """

    __slots__ = ("batch", "head", "is_call", "key", "lines", "place")

    def __init__(self, key: str, place: int, head: LogEntry | None, batch: int, *, is_call: bool) -> None:
        self.batch = batch  # in which it was made
        self.key = key  # of a call its id
        self.is_call = is_call
        self.place = place
        self.head = head
        self.lines: list[LogEntry] = []

    @property
    def main(self) -> LogEntry:
        """The entry that speaks for the group."""
        return self.head if self.head is not None else self.lines[-1]

    @property
    def can_fold(self) -> bool:
        return len(self.lines) > (0 if self.is_call else 1)


def entry_from_disk(record: LogRecord) -> LogEntry:
    return LogEntry(record.id - _ON_DISK, record)


def id_on_disk(number: int) -> int:
    """The id of the record with a negative ``number``."""
    return number + _ON_DISK


def alike(record: LogRecord) -> str:
    """What similar records share: numbers, quoted texts and long ids in a message are left out.

    Example: ``told "hi" to 3 of 12`` and ``told "ho" to 4 of 12`` are both ``told … to … of …``.
    """
    call = record.call
    words = f"{call.action} {call.outcome} {record.message}" if call is not None else record.message
    return f"{record.level}\n{record.script}\n{_VARYING.sub('…', words[:_MAX_ALIKE])}"
