"""What the page knows: the calls of the last reading, each with what came of it since it last changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from goop_console.tabs.calls.saved.rows import SavedRow
from goop_console.tabs.calls.saved.same import same_question, same_request
from lua_engine import CallerRef, CheckResult, Engine, SavedCall

_ENDING = ".call.json"


@dataclass(frozen=True, slots=True)
class Files:
    """One reading of the folder. ``callers`` are those that a matrix would ask for: they can be chosen for
    any call.
    """

    calls: tuple[SavedCall, ...] = ()
    problems: tuple[str, ...] = ()
    callers: tuple[CallerRef, ...] = ()
    visits: int = 0  # that are recorded


def read_files(engine: Engine) -> Files:
    """Not for the Qt thread. Raises :class:`KnownError` for a folder that cannot be read."""
    files, folder = engine.checks.files, f"{engine.site.console_dir / 'calls'}/"
    problems = (one.replace("\\", "/").removeprefix(folder.replace("\\", "/")) for one in files.problems())
    damaged = tuple(one for one in problems if _ENDING in one)
    return Files(files.all(), damaged, engine.checks.callers(), len(files.visits()))


class Book:
    """For the Qt thread only. A change is put down here at once and written behind it; the next reading is
    the truth.
    """

    def __init__(self) -> None:
        self.files = Files()
        self._results: dict[str, CheckResult] = {}

    @property
    def calls(self) -> tuple[SavedCall, ...]:
        return self.files.calls

    def rows(self) -> list[SavedRow]:
        """A row for each call."""
        return [SavedRow(one, self._results.get(one.name)) for one in self.calls]

    def find(self, name: str) -> SavedCall | None:
        return next((one for one in self.calls if one.name == name), None)

    def is_taken(self, name: str, but: str = "") -> bool:
        """Another call than ``but`` has ``name``; upper and lower case are one, as on many disks."""
        return any(one.name.casefold() == name.casefold() and one.name != but for one in self.calls)

    def take(self, files: Files, *, kept: str = "") -> None:
        """A new reading: what came of a call that is another one by now is forgotten; ``kept`` may expect
        something else.
        """
        known, self._results, self.files = self._results, {}, files
        for one in files.calls:
            result, is_same = known.get(one.name), same_request if one.name == kept else same_question
            if result is not None and is_same(result.saved, one):
                self._results[one.name] = replace(result, saved=one)

    def put(self, before: SavedCall, after: SavedCall) -> None:
        """``before`` becomes ``after``. What came stays in view while the same thing is asked."""
        calls = tuple(
            after if one.name == before.name else one for one in self.calls
        )  # sorted at the next reading: a click may be on its way
        self.files = replace(self.files, calls=calls)
        result = self._results.pop(before.name, None)
        if result is not None and same_request(before, after):
            self._results[after.name] = replace(result, saved=after)

    def note(self, result: CheckResult) -> bool:
        """Keep what came of a run, unless the call was changed meanwhile."""
        one = self.find(result.saved.name)
        if one is None or not same_question(one, result.saved):
            return False
        self._results[one.name] = replace(result, saved=one)
        return True
