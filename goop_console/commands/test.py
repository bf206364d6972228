"""``test``: every saved call, access check and recorded visit of a site, each on its own copy of it
(docs/checks.md).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from goop_console.commands.coverage import coverage_text, lcov
from goop_console.commands.failure import WrongInput
from goop_console.commands.junit import junit_xml
from goop_console.commands.site_scripts import needs_no_writing, open_scripts
from lua_engine import OUTCOME_WORDS, AccessCheck, Cell, Engine, SavedCall, ScriptCoverage, Visit


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test. ``kind`` is ``call``, ``check``, ``visit`` or ``file`` (one that cannot be read); ``seconds``
    is what it took.
    """

    kind: str
    name: str
    failures: tuple[str, ...]
    seconds: float = 0.0


def run_test(
    site: Path,
    names: Sequence[str],
    junit: Path | None,
    *,
    as_json: bool,
    with_coverage: bool = False,
    lcov_file: Path | None = None,
) -> int:
    """1 when something did not hold or a file cannot be read; WrongInput for a name that is none, or nothing
    to test.
    """
    _refuse_no_file("--junit", junit)
    _refuse_no_file("--lcov", lcov_file)
    with ExitStack() as opened:
        engine = opened.enter_context(open_scripts(site, read_only=needs_no_writing(site)))
        wants_coverage = with_coverage or lcov_file is not None
        covered = opened.enter_context(engine.debugger.covering()) if wants_coverage else tuple
        outcomes = _run(engine, names, lambda outcome: None if as_json else _print(outcome))
        scripts: tuple[ScriptCoverage, ...] = covered()
    if lcov_file is not None:
        lcov_file.write_text(lcov(scripts, site.resolve()), encoding="utf-8")
    failed = sum(bool(one.failures) for one in outcomes)
    if as_json:
        listed = [
            {"kind": one.kind, "name": one.name, "ok": not one.failures, "failures": one.failures}
            for one in outcomes
        ]
        answer: dict[str, object] = {"ok": not failed, "tests": listed}
        if with_coverage:
            answer["coverage"] = [_coverage_json(one) for one in scripts]
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    else:
        print(f"\n{len(outcomes)} test{'' if len(outcomes) == 1 else 's'}, {failed} failed")
        if with_coverage:
            print("\n" + coverage_text(scripts))
    if junit is not None:
        junit.write_bytes(
            junit_xml(
                site.resolve().name, [(one.kind, one.name, one.failures, one.seconds) for one in outcomes]
            )
        )
    return 1 if failed else 0


def _refuse_no_file(option: str, report: Path | None) -> None:
    """Nobody waits for all tests to learn that their report has no place."""
    if report is None:
        return
    if not report.resolve().parent.is_dir():
        raise WrongInput(f"{option}: there is no folder {report.resolve().parent}; make it first")
    if report.is_dir():
        raise WrongInput(f"{option}: {report} is a folder; give the file to write")


def _coverage_json(one: ScriptCoverage) -> dict[str, object]:
    return {
        "script": one.script,
        "file": one.file,
        "lines": {str(line): runs for line, runs in one.lines.items()},
        "branches": [{"line": branch.line, "ways": branch.ways} for branch in one.branches],
    }


def _run(engine: Engine, names: Sequence[str], report: Callable[[Outcome], None]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for kind, name, run in _tests(engine, names):
        started = time.perf_counter()
        failures = run()
        outcomes.append(Outcome(kind, name, failures, time.perf_counter() - started))
        report(outcomes[-1])
    return outcomes


def _tests(engine: Engine, names: Sequence[str]) -> list[tuple[str, str, Callable[[], tuple[str, ...]]]]:
    """What is to be done, and how: each answers its failures."""
    saved = engine.checks.files
    calls, checks, visits, problems = saved.all(), saved.checks(), saved.visits(), saved.problems()
    known = [
        *(call.name for call in calls),
        *(check.name for check in checks),
        *(visit.name for visit in visits),
    ]
    _refuse_unknown(names, known, problems, saved_in=engine.site.console_dir / "calls")
    tests: list[tuple[str, str, Callable[[], tuple[str, ...]]]] = []
    tests += [
        ("call", call.name, partial(_of_call, engine, call))
        for call in calls
        if not names or call.name in names
    ]
    tests += [
        ("check", check.name, partial(_of_check, engine, check))
        for check in checks
        if not names or check.name in names
    ]
    tests += [
        ("visit", visit.name, partial(_of_visit, engine, visit))
        for visit in visits
        if not names or visit.name in names
    ]
    if not names:
        tests += [
            ("file", problem.split(": ")[0], partial(tuple[str, ...], (problem,))) for problem in problems
        ]
    return tests


def _refuse_unknown(
    names: Sequence[str], known: Sequence[str], problems: Sequence[str], saved_in: Path
) -> None:
    if not known and not problems:
        raise WrongInput(
            f"{saved_in}: there are no saved calls, checks or visits; "
            "make some in the Call Tester or the Site tab, or see docs/checks.md"
        )
    for name in names:
        if name not in known:
            damaged = "; ".join(
                problem for problem in problems if f"{name}.c" in problem or f"{name}.v" in problem
            )
            raise WrongInput(
                damaged or f"there is no saved call, check or visit {name!r}; there are {', '.join(known)}"
            )


def _of_call(engine: Engine, call: SavedCall) -> tuple[str, ...]:
    return engine.checks.run(call).failures


def _of_check(engine: Engine, check: AccessCheck) -> tuple[str, ...]:
    result = engine.checks.run_access(check)
    found = [f"newly allowed: {_cell(cell)}" for cell in result.newly_allowed]
    found += [f"newly refused: {_cell(cell)}" for cell in result.newly_refused]
    found += [f"changed: {_cell(cell)}" for cell in result.changed]
    return (*((result.problem,) if result.problem else ()), *found)


def _of_visit(engine: Engine, visit: Visit) -> tuple[str, ...]:
    return engine.checks.run_visit(visit).failures


def _cell(cell: Cell) -> str:
    late = (
        f", with {cell.overwrote} rows changed or removed by then"
        if cell.outcome == "refused" and cell.overwrote
        else ""
    )
    return f"{cell.call} as {cell.caller}: {OUTCOME_WORDS[cell.outcome]}{late}" + (
        f": {cell.reason}" if cell.reason else ""
    )


def _print(outcome: Outcome) -> None:
    print(f"{'FAILED' if outcome.failures else 'ok':<7} {outcome.kind:<6} {outcome.name}")
    for failure in outcome.failures:
        print(f"        {failure}")
