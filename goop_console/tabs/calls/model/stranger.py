"""Somebody who never came before, with a name to tell them from others."""

from __future__ import annotations

from collections.abc import Collection

from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import STRANGER_REF, random_peer_id

SOURCE = "new"
STRANGER = str(STRANGER_REF)
"""The role of who has none."""


def new_stranger(taken: Collection[str]) -> CallerChoice:
    """A stranger with a label that is not in ``taken``."""
    number = 1
    while f"Stranger {number}" in taken:
        number += 1
    return CallerChoice(random_peer_id(), f"Stranger {number}", STRANGER, source=SOURCE)
