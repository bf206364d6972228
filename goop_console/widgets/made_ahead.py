"""The large parts of a view, made one a turn of the event loop before the view itself: made at once, a tab
would hold the window for longer than a person notices nothing.

A view asks for its parts by :func:`part`, and does not know whether they were made before::

    make_part(SqlView, nursery)   # in one turn
    ...
    self.sql = part(SqlView)        # in another, in the view's constructor
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)
_waiting: dict[type[QWidget], QWidget] = {}


def make_part(kind: type[QWidget], parent: QWidget) -> None:
    """Make one for the next :func:`part` of that ``kind``; until then it is in ``parent``, a hidden one."""
    made = kind()
    made.setParent(parent)
    _waiting[kind] = made


def part(kind: type[W]) -> W:
    """The one that was made ahead; a new one when there is none, or when its parent is gone."""
    made = _waiting.pop(kind, None)
    if isinstance(made, kind) and isValid(made):
        return made
    return kind()
