"""What the list says about a script: its info, how its calls went, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from goop_console.widgets.wording import counted
from lua_engine import CallResult, ScriptInfo

KIND_WORDS: Final = {"function": "Function", "command": "Command"}
_STATE_WORDS: Final = {
    "ok": "OK",
    "stale": "Old version answers",
    "broken": "Broken",
    "gone": "Deleted on disk",
}
_SHORT_WORDS: Final = {"ok": "OK", "stale": "Stale", "broken": "Broken", "gone": "Deleted"}
_STATE_ICONS: Final = {
    "ok": ("ok", "ok"),
    "stale": ("warn", "warning"),
    "broken": ("broken", "error"),
    "gone": ("broken", "error"),
}
_SEVERITY: Final = {"ok": 0, "stale": 1, "broken": 2, "gone": 3}


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls since the site was opened. ``line`` of the last error counts from 1 (0: unknown). ``trials`` are
    dry runs and checks, which count as neither calls nor errors.
    """

    calls: int = 0
    errors: int = 0
    error: str = ""
    line: int = 0
    trials: int = 0

    def with_trial(self) -> Tally:
        """One dry run or check more."""
        return replace(self, trials=self.trials + 1)

    def with_call(self, result: CallResult) -> Tally:
        """One call more."""
        if result.ok or result.error is None:
            return replace(self, calls=self.calls + 1)
        error = result.error
        line = error.line if error.script in ("", result.script) else 0
        return Tally(self.calls + 1, self.errors + 1, error.message, line, self.trials)

    def error_words(self) -> str:
        """``line 12: attempt to index…``; empty without an error."""
        return f"line {self.line}: {self.error}" if self.line else self.error


@dataclass(frozen=True, slots=True)
class ScriptRecord:
    """One line of the list. ``is_gone``: the file was deleted, but its unsaved text is still here."""

    info: ScriptInfo
    tally: Tally = field(default_factory=Tally)
    default_rate: int = 30  # calls a minute
    is_modified: bool = False
    is_gone: bool = False

    @property
    def key(self) -> str:
        return key_of(self.info)

    @property
    def state(self) -> str:
        """``ok``, ``stale``, ``broken`` or ``gone``."""
        return "gone" if self.is_gone else self.info.state

    @property
    def severity(self) -> int:
        return _SEVERITY.get(self.state, 0)

    def short_state(self) -> str:
        """The state in a word or two, for the list."""
        words = _SHORT_WORDS.get(self.state, self.state)
        if self.state == "ok" and self.info.warnings:
            words = "Warning"
        return f"{words} · modified" if self.is_modified else words

    def state_words(self) -> str:
        """The state in full, for one script."""
        words = _STATE_WORDS.get(self.state, self.state)
        warnings = len(self.info.warnings)
        return f"{words}, {counted(warnings, 'warning')}" if warnings else words

    def state_icon(self) -> tuple[str, str]:
        """Name and colour of the state's icon."""
        if self.state == "ok" and self.info.warnings:
            return "warn", "warning"
        return _STATE_ICONS.get(self.state, ("info", "info"))

    def state_detail(self) -> str:
        """The state in a sentence."""
        problem = self.info.problem
        if self.is_gone:
            return "The file was deleted on disk. Saving writes it again."
        if problem is None:
            return " ".join(("Compiles and answers.", *(f"Warning: {one}." for one in self.warnings())))
        place = f"Line {problem.line}: " if problem.line else ""
        return f"{place}{problem.message}. {consequence(self.info)}."

    def rate_words(self) -> str:
        """``30/min (default)``, ``10/min``, ``unlimited``."""
        rate = self.info.rate_limit
        if rate is None:
            return f"{self.default_rate}/min (default)"
        return f"{rate}/min" if rate else "unlimited"

    def rate(self) -> float:
        """Calls a minute, to sort by."""
        rate = self.default_rate if self.info.rate_limit is None else self.info.rate_limit
        return rate or float("inf")

    def warnings(self) -> tuple[str, ...]:
        """Each warning with its line."""
        return tuple(
            f"line {one.line}: {one.message}" if one.line else one.message for one in self.info.warnings
        )


def key_of(info: ScriptInfo) -> str:
    """``function/tasks``: as the session's ``scripts_changed`` names a script."""
    name = info.name.lower() if info.kind == "command" else info.name
    return f"{info.kind}/{name}"


def consequence(info: ScriptInfo) -> str:
    """What a broken script means for visitors."""
    return (
        "The previous version stays active"
        if info.state == "stale"
        else "The script does not run until this is corrected"
    )


def script_of(result: CallResult, known: Mapping[str, ScriptInfo]) -> str | None:
    """The key of the script that answered ``result``; None when there is no such script.

    A ``!name`` that is no command may have gone to the function of that name.
    """
    wanted: Iterable[str] = (f"function/{result.script}",)
    if result.kind == "chat":
        wanted = (f"command/{result.script.lower()}", f"function/{result.script}")
    return next((key for key in wanted if key in known), None)
