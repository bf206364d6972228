"""How a call is debugged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RECORDING_MEMORY: Final = 33 * 1024 * 1024
PLAIN_MEMORY: Final = 1024 * 1024
"""Bytes on top of the limit of the script, with a recording and without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebugOptions:
    """How a call is debugged. ``records``: its steps are kept, to go back.

    ``stops_at_entry``: at the script's first line; ``stops_in_call``: at the first line of its ``call``,
    ``handle`` or event function. ``stops_at_errors`` that nobody catches; ``stops_at_caught``: also inside
    ``pcall``. ``run_to``: a line and the how many-th time that it is reached.
    """

    records: bool = True
    stops_at_entry: bool = False
    stops_in_call: bool = False
    stops_at_errors: bool = True
    stops_at_caught: bool = False
    run_to: tuple[int, int] | None = None
