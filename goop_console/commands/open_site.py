"""The engine of a command."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lua_engine import Engine, UndecidedChange


def open_site(
    site: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    read_only: bool = False,
    watch: bool = False,
) -> Engine:
    """The engine of ``site``, which watches no files unless it is to; says on standard error what needs a
    decision.

    Raises KnownError.
    """
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):  # from here on it is to be closed, files to be tidied
            signal.signal(number, signal.default_int_handler)
    engine = Engine.open(site, overrides=overrides, watch=watch, read_only=read_only)
    for change in engine.undecided_changes():
        print(f"goop-console: {undecided_line(site, change)}", file=sys.stderr)
    return engine


def undecided_line(site: Path, change: UndecidedChange) -> str:
    """What ``change`` is and how to decide about it."""
    return (
        f"{change.summary} Look at it with: goop-console unfinished {site}; then --undo or --drop {change.id}"
    )
