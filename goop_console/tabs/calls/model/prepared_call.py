"""A call that is ready to be sent, and what came of it: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from goop_console.tabs.calls.model.params import split_action
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CallResult, DataDiff, Request


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """Who asks for what, and how. ``typed`` are the action and the text of the params as a person wrote them,
    so that they come back as they were.

    ``is_dry``: on a copy of the site, nothing changes. ``counts``: the call counts against the rate limit, as
    a visitor's would (only for real).
    """

    request: Request
    caller: CallerChoice
    is_dry: bool = False
    counts: bool = False
    typed: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        return self.request.kind

    @property
    def title(self) -> str:
        """What is asked for, on one line."""
        return self.request.title

    @property
    def params(self) -> tuple[str, str]:
        """The action and the text of the other params, for the form."""
        return self.typed if self.typed is not None else split_action(self.request.argument)

    def asks_the_same(self, other: PreparedCall) -> bool:
        """As the same caller, dry or for real alike; however it was written."""
        return (self.request, self.caller, self.is_dry, self.counts) == (
            other.request,
            other.caller,
            other.is_dry,
            other.counts,
        )


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a script; ``number`` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """A call and what came of it.

    ``excerpt`` are the lines around an error. ``note`` says what is not there.
    """

    call: PreparedCall
    result: CallResult
    memory_limit: int  # bytes
    value_dropped: bool = False  # the value was let go to save memory
    excerpt: tuple[SourceLine, ...] = ()
    note: str = ""
    has_script: bool = True  # there is a file of the script that was asked for

    @property
    def is_dry(self) -> bool:
        """Nothing was changed."""
        return self.result.is_dry

    @property
    def diff(self) -> DataDiff:
        """The rows that it changed (in a dry run: would change)."""
        return self.result.diff
