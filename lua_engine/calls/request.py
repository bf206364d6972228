"""What is asked for. The same value travels from a form, a file, a line of a batch or a page to the script,
and from there into the result, the history and the saved calls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

RequestKind = Literal["call", "chat", "event"]
KINDS: tuple[RequestKind, ...] = ("call", "chat", "event")
EVENTS = ("on_group_close",)
"""What the engine raises in scripts."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the site; who asks it, and whether it is a dry run, is said beside it.

    ======  ================  ===========================
    kind    target            argument
    ======  ================  ===========================
    call    the function      the params, plain JSON data
    chat    nothing           the whole line
    event   the event's name  its text
    ======  ================  ===========================
    """

    kind: RequestKind = "call"
    target: str = ""
    argument: Any = field(default_factory=dict)

    @classmethod
    def call(cls, function: str, params: Any = None) -> Request:
        """A data function; ``params`` None means an empty object, as from a page."""
        return cls("call", function, {} if params is None else params)

    @classmethod
    def chat(cls, line: str) -> Request:
        """A chat message, as it is typed."""
        return cls("chat", "", line)

    @classmethod
    def event(cls, name: str, argument: str = "") -> Request:
        """An event for every data function that defines it; the owner runs it."""
        return cls("event", name, argument)

    @property
    def action(self) -> str:
        """The action that the params of a call name; empty when they name none."""
        found = self.argument.get("action") if isinstance(self.argument, dict) else None
        return found if isinstance(found, str) else ""

    @property
    def title(self) -> str:
        """What is asked for, on one line."""
        if self.kind == "chat":
            return str(self.argument)
        if self.kind == "event":
            return f"{self.target}({self.argument})"
        return f"{self.target} · {self.action}" if self.action else self.target
