"""What there is to choose from, read in one go off the Qt thread."""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine import AccessCheck, CallerRef, Engine, SavedCall


@dataclass(frozen=True, slots=True)
class Setup:
    """Callers as a file says them, functions by name, and the files beside the site."""

    callers: tuple[CallerRef, ...] = ()
    functions: tuple[str, ...] = ()
    saved: tuple[SavedCall, ...] = ()
    checks: tuple[AccessCheck, ...] = ()
    problems: tuple[str, ...] = ()


def read_setup(engine: Engine) -> Setup:
    """Read everything again. Raises :class:`KnownError`."""
    files = engine.checks.files
    functions = tuple(info.name for info in engine.scripts.functions())
    return Setup(
        engine.checks.callers(),
        functions,
        files.all(),
        files.checks(),
        tuple(one for one in files.problems() if ".check.json" in one),
    )
