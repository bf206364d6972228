"""What the tab lists: visitors, and the requests of one of them, with their columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtGui import QIcon

from goop_console.preview.activity import PageRequest
from goop_console.preview.visitors import Visitor
from goop_console.widgets.caller_picker import CallerChoice, caller_avatar
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Column
from goop_console.widgets.wording import elided

STRANGER = "stranger"
OFTEN = 30
"""Requests of one kind in a minute from which it is said that the page asks often: a visitor may make 30
calls a minute to one script.
"""


@dataclass(frozen=True, slots=True)
class VisitorItem:
    """A visitor as the list shows it. ``last`` is what its page asked last, ``per_minute`` how often it
    asks.
    """

    visitor: Visitor
    last: PageRequest | None
    per_minute: int
    refused: int

    @property
    def key(self) -> str:
        return self.visitor.host

    @property
    def role(self) -> str:
        return self.visitor.role or STRANGER

    @property
    def state(self) -> str:
        """What is switched on for this visitor, in words."""
        if self.visitor.is_offline:
            return "offline"
        return f"slow ({self.visitor.delay:g} s)" if self.visitor.delay else ""


@dataclass(frozen=True, slots=True)
class RequestItem:
    """One request with a number of its own."""

    number: int
    request: PageRequest


def clock(moment: float) -> str:
    """A time of day, to the second."""
    return datetime.fromtimestamp(moment).strftime("%H:%M:%S")


def said(request: PageRequest) -> str:
    """What was asked, in words where there are some."""
    return request.what or request.path


def _avatar(item: VisitorItem) -> QIcon:
    caller = item.visitor.caller
    return caller_avatar(CallerChoice(caller.id, item.visitor.name, item.role))


def _last(item: VisitorItem) -> str:
    return f"{clock(item.last.time)}  {said(item.last)}" if item.last else "not opened yet"


def _refusals(item: VisitorItem) -> str:
    return str(item.refused) if item.refused else ""


_PICTURES = {"ok": ("ok", "ok"), "refused": ("lock", "warning"), "error": ("error", "error")}


def _outcome_picture(item: RequestItem) -> QIcon:
    return icon(*_PICTURES.get(item.request.outcome, ("warn", "warning")))


VISITOR_COLUMNS: tuple[Column[VisitorItem], ...] = (
    Column("Visitor", lambda one: elided(one.visitor.name, 40), icon=_avatar,
           full=lambda one: one.visitor.name),
    Column("Role", lambda one: one.role, 90),
    Column("Asked last", _last, 220, order=lambda one: one.last.time if one.last else 0.0),
    Column("A minute", lambda one: str(one.per_minute), 80, is_number=True, order=lambda one: one.per_minute,
           full=lambda _: "How often the page asks: files not counted"),
    Column("Refused", _refusals, 74, is_number=True, order=lambda one: one.refused),
    Column("Switches", lambda one: one.state, 96),
)  # fmt: skip

REQUEST_COLUMNS: tuple[Column[RequestItem], ...] = (
    Column("Time", lambda one: clock(one.request.time), 92, order=lambda one: one.number),
    Column("Asked for", lambda one: elided(said(one.request), 80),
           full=lambda one: f"{one.request.method} {one.request.path}"),
    Column("Outcome", lambda one: one.request.outcome, 132, icon=_outcome_picture,
           full=lambda one: f"Status {one.request.status}"),
    Column("ms", lambda one: f"{one.request.seconds * 1000:.1f}", 64, is_number=True,
           order=lambda one: one.request.seconds),
    Column("Why not", lambda one: elided(one.request.reason, 160), full=lambda one: one.request.reason),
)  # fmt: skip
