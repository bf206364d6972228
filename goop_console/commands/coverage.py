"""``test --coverage``: which lines and branches of the scripts the saved calls and checks reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lua_engine import ScriptCoverage


def coverage_text(scripts: Sequence[ScriptCoverage]) -> str:
    """A table for people."""
    width = max((len(one.file) for one in scripts), default=4)
    rows = [f"{'script':<{width}}  {'lines':>9}  {'branches':>9}  not reached"]
    rows += [_row(one, width) for one in scripts]
    lines, ways = _totals(scripts)
    rows.append(f"{'all':<{width}}  {_share(*lines):>9}  {_share(*ways):>9}")
    return "\n".join(rows)


def _row(one: ScriptCoverage, width: int) -> str:
    lines = _share(len(one.lines) - len(one.missed_lines), len(one.lines))
    ways = _share(one.covered_branches, 2 * len(one.branches))
    missed = _ranges(one.missed_lines)
    half = [str(branch.line) for branch in one.branches if any(branch.ways) and not branch.is_covered]
    if half:
        missed += ("; " if missed else "") + "one way only: " + ", ".join(dict.fromkeys(half))
    return f"{one.file:<{width}}  {lines:>9}  {ways:>9}  {missed}".rstrip()


def _totals(scripts: Sequence[ScriptCoverage]) -> tuple[tuple[int, int], tuple[int, int]]:
    lines = sum(len(one.lines) for one in scripts)
    missed = sum(len(one.missed_lines) for one in scripts)
    return (lines - missed, lines), (
        sum(one.covered_branches for one in scripts),
        sum(2 * len(one.branches) for one in scripts),
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "-"


def _ranges(lines: Sequence[int]) -> str:
    """``3, 7-9``."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def lcov(scripts: Sequence[ScriptCoverage], site: Path) -> str:
    """The tracefile format of lcov (geninfo(1)); paths are those of the site's files."""
    return "".join(_record(one, site) for one in scripts)


def _record(one: ScriptCoverage, site: Path) -> str:
    rows = ["TN:", f"SF:{(site / one.file).as_posix()}"]
    for branch in one.branches:
        reached = any(branch.ways)
        for way, runs in enumerate(branch.ways):
            rows.append(f"BRDA:{branch.line},{branch.number},{way},{runs if reached else '-'}")
    rows += [f"BRF:{2 * len(one.branches)}", f"BRH:{one.covered_branches}"]
    rows += [f"DA:{line},{runs}" for line, runs in one.lines.items()]
    rows += [f"LF:{len(one.lines)}", f"LH:{len(one.lines) - len(one.missed_lines)}", "end_of_record"]
    return "\n".join(rows) + "\n"
