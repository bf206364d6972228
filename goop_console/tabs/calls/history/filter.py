"""Which entries of the history are wanted, and reading them a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine import Engine, HistoryEntry

PAGE = 200
RUNS = ("dry", "live")


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Empty: any. ``caller`` is an id, ``run`` is ``dry`` or ``live``."""

    contains: str = ""
    caller: str = ""
    script: str = ""
    outcome: str = ""
    run: str = ""

    @property
    def is_open(self) -> bool:
        """Everything is wanted."""
        return self == HistoryFilter()

    def takes(self, entry: HistoryEntry) -> bool:
        """Whether the run of ``entry`` is wanted; the engine looks at the rest."""
        return not self.run or entry.is_dry == (self.run == "dry")


@dataclass(frozen=True, slots=True)
class HistoryPart:
    """Some entries, newest first; ``after`` leads to the next ones, None: there are none."""

    entries: tuple[HistoryEntry, ...]
    after: int | None
    count: int  # in the whole history


def read_part(engine: Engine, wanted: HistoryFilter, after: int | None = None) -> HistoryPart:
    """Up to a page of entries that are wanted. Raises :class:`StoreError`."""
    found: list[HistoryEntry] = []
    while True:
        page = engine.history.page(
            after,
            PAGE,
            contains=wanted.contains,
            caller=wanted.caller,
            script=wanted.script,
            outcome=wanted.outcome,
        )
        for entry in page:
            after = entry.id
            if wanted.takes(entry):
                found.append(entry)
            if len(found) == PAGE:
                return HistoryPart(tuple(found), after, engine.history.count)
        if len(page) < PAGE:
            return HistoryPart(tuple(found), None, engine.history.count)
