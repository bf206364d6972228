"""What is said of a change: its steps while it is made, its result, the backup that undoes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from lua_engine.calls.result import CallResult
from lua_engine.templates.change import Change

_STEPS = ("Checking the plan", "Backing up", "Preparing the tables", "Running seed", "Installing", "Done")

InstallProgress = Callable[[str, int, int], None]
"""Told what is done now, the step and how many there are. Raising gives the installation up, but for the last
two steps.
"""


@dataclass(frozen=True, slots=True)
class InstallResult:
    """``backup`` is the id that brings back what was before; ``seed`` the result of the template's seed
    function, if it has one.
    """

    title: str
    backup: str
    seed: CallResult | None = None
    tables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """The site as it was before a change. ``size`` is in bytes."""

    id: str
    created_at: float
    title: str
    template_before: str
    template_after: str
    size: int


def report_step(progress: InstallProgress, step: int) -> None:
    progress(_STEPS[step], step, len(_STEPS) - 1)


def backup_of(change: Change) -> Backup:
    record = change.record
    size = sum(found.st_size for found in map(Path.lstat, change.folder.rglob("*")) if S_ISREG(found.st_mode))
    return Backup(
        record.id,
        record.created_at,
        f"Before: {record.title}",
        record.template_before,
        record.template_after,
        size,
    )
