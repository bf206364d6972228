"""The lines of a script as Lua counts them."""

from __future__ import annotations

import re
from typing import Final

_LINE_BREAK: Final = re.compile(r"\r\n|\n\r|\n|\r")


def lua_lines(text: str) -> list[str]:
    """The lines, without their ends. A form feed or U+2028 ends none, unlike in ``str.splitlines``::

    lua_lines("a = 1 -- one\\u2028two\\r\\nb = 2\\n")   ->   ["a = 1 -- one\\u2028two", "b = 2"]
    """
    lines = _LINE_BREAK.split(text)
    return lines if lines[-1] else lines[:-1]
