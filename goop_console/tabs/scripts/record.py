"""What the list says about a script: its info, how its calls went, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from goop_console.tabs.scripts.dashboard.activity import Tally
from goop_console.widgets.wording import counted
from lua_engine import ActionInfo, CallResult, Kind, ScriptInfo, ScriptProblem

KIND_WORDS: Final = {"function": "Function", "command": "Command"}
_STATE_WORDS: Final = {
    "ok": "OK",
    "stale": "Old version answers",
    "broken": "Broken",
    "gone": "Deleted on disk",
}
_SHORT_WORDS: Final = {"ok": "OK", "stale": "Old version", "broken": "Broken", "gone": "Deleted"}
_STATE_ICONS: Final = {
    "ok": ("ok", "ok"),
    "stale": ("warn", "warning"),
    "broken": ("broken", "error"),
    "gone": ("broken", "error"),
}
_SEVERITY: Final = {"ok": 0, "stale": 2, "broken": 3, "gone": 4}
_MARKS: Final = {"clash": "same name twice", "copy": "conflict copy?"}


@dataclass(frozen=True, slots=True)
class ScriptFacts:
    """What its text tells: the actions, and the tables it opens. ``missing`` are those of ``tables`` that the
    site does not have.
    """

    actions: tuple[ActionInfo, ...] = ()
    tables: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What the script did when it was tried after its last save."""

    is_ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class ScriptRecord:
    """One line of the list. ``is_gone``: the file was deleted, but its unsaved text is still here."""

    info: ScriptInfo
    tally: Tally = field(default_factory=Tally)
    default_rate: int = 30  # calls a minute
    is_modified: bool = False
    is_gone: bool = False
    facts: ScriptFacts = field(default_factory=ScriptFacts)
    trial: Trial | None = None  # after the last save

    @property
    def key(self) -> str:
        return key_of(self.info)

    @property
    def state(self) -> str:
        """``ok``, ``stale``, ``broken`` or ``gone``."""
        return "gone" if self.is_gone else self.info.state

    @property
    def severity(self) -> int:
        """0: nothing is wrong."""
        worst = _SEVERITY.get(self.state, 0)
        return worst or int(bool(self.marks()) or (self.trial is not None and not self.trial.is_ok))

    def marks(self) -> tuple[str, ...]:
        """What is wrong beside the state, in a few words each."""
        words = [_MARKS[one.code] for one in self.info.warnings if one.code in _MARKS]
        others = sum(1 for one in self.info.warnings if one.code not in _MARKS)
        words += [counted(others, "warning")] if others else []
        return (*(f"no table {name}" for name in self.facts.missing), *words)

    def short_state(self) -> str:
        """The state in a word or two, for the list."""
        words = _SHORT_WORDS.get(self.state, self.state)
        if self.state == "ok" and self.marks():
            words = "Warning"
        if self.state == "ok" and self.trial is not None and not self.trial.is_ok:
            words = "Fails"
        elif words == "OK" and self.trial is not None:
            words = "Passed"
        return f"{words} · modified" if self.is_modified else words

    def state_words(self) -> str:
        """The state in full, for one script."""
        words = _STATE_WORDS.get(self.state, self.state)
        if self.state == "ok" and self.trial is not None:
            words = "OK, its dry run passed" if self.trial.is_ok else "Its dry run fails"
        warnings = len(self.warnings())
        return f"{words}, {counted(warnings, 'warning')}" if warnings else words

    def state_icon(self) -> tuple[str, str]:
        """Name and colour of the state's icon."""
        if self.state == "ok" and self.trial is not None and not self.trial.is_ok:
            return "broken", "error"
        if self.state == "ok" and self.marks():
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
        tables = (f"it uses the table {name}, which the site does not have" for name in self.facts.missing)
        return (*tables, *map(_warning, self.info.warnings))


def _warning(one: ScriptProblem) -> str:
    return f"line {one.line}: {one.message}" if one.line else one.message


def key_of(info: ScriptInfo) -> str:
    """``function/tasks``: as the session's ``scripts_changed`` names a script."""
    name = info.name.lower() if info.kind == "command" else info.name
    return f"{info.kind}/{name}"


def kind_of(info: ScriptInfo) -> Kind:
    """As what the engine reads its text."""
    return "function" if info.kind == "function" else "command"


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
