"""Every measure beside its floor, in one run, interleaved; and a table of the ratios at the end."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

_ROWS = pytest.StashKey[list["Row"]]()
_WARM_UP = 2


@dataclass(frozen=True)
class Row:
    """Seconds. ``wanted`` is the ratio that the issue asks for (0: none)."""

    name: str
    median: float
    floor: float
    wanted: float = 0.0

    @property
    def ratio(self) -> float:
        return self.median / self.floor if self.floor else 0.0


class Compare:
    """``compare(name, work, floor)`` measures both in turn and keeps their medians; a call of either does
    ``number`` operations.
    """

    def __init__(self, benchmark: Any, rows: list[Row]) -> None:
        self._benchmark = benchmark
        self._rows = rows
        self.median = 0.0
        """Seconds of one operation, in the last comparison."""

    def __call__(
        self,
        name: str,
        work: Callable[[], object],
        floor: Callable[[], object],
        *,
        number: int = 1,
        rounds: int = 20,
        wanted: float = 0.0,
    ) -> float:
        """The ratio."""
        floors: list[float] = []

        def measure_floor() -> None:
            started = time.perf_counter()
            floor()
            floors.append(time.perf_counter() - started)

        self._benchmark.group = name
        self._benchmark.pedantic(
            work, setup=measure_floor, rounds=rounds, iterations=1, warmup_rounds=_WARM_UP
        )
        median = self.median = self._benchmark.stats.stats.median / number
        row = Row(name, median, statistics.median(floors[_WARM_UP:]) / number, wanted)
        self._rows.append(row)
        return row.ratio

    def note(self, name: str, seconds: float, floor: float, *, wanted: float = 0.0) -> None:
        """A pair that was measured elsewhere."""
        self._rows.append(Row(name, seconds, floor, wanted))


@pytest.fixture
def compare(benchmark: Any, request: pytest.FixtureRequest) -> Compare:
    return Compare(benchmark, request.config.stash.setdefault(_ROWS, []))


def _time(seconds: float) -> str:
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.4g} {unit}"
    return f"{seconds * 1e9:.4g} ns"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    width = max(len(row.name) for row in rows)
    terminalreporter.section("medians beside their floors")
    terminalreporter.line(f"{'name':{width}}  {'median':>10}  {'floor':>10}  {'ratio':>7}")
    for row in rows:
        verdict = "" if not row.wanted or row.ratio <= row.wanted else ": MISSED"
        wanted = f"  (wanted: at most {row.wanted:g}{verdict})" if row.wanted else ""
        terminalreporter.line(
            f"{row.name:{width}}  {_time(row.median):>10}  {_time(row.floor):>10}  {row.ratio:7.2f}{wanted}"
        )
