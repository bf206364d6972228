"""Names for what is kept: fit to be a file's, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Collection

from lua_engine import Request

_MAX_NAME = 60
_NOT_A_NAME = re.compile(r"[^\w .()+,-]+")


def free_name(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, fit to be a file's name, with a number when somebody has it (letters of either case are the
    same).
    """
    base = _NOT_A_NAME.sub(" ", wanted).strip(" .-+,(")[:_MAX_NAME].strip() or "call"
    used, number, name = {one.casefold() for one in taken}, 2, base
    while name.casefold() in used:
        name, number = f"{base} {number}", number + 1
    return name


def proposed_name(request: Request, taken: Collection[str]) -> str:
    """A name for ``request`` that nobody has: ``todo add``."""
    if request.kind == "chat":
        return free_name(str(request.argument), taken)
    return free_name(f"{request.target} {request.action}", taken)
