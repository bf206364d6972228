"""Letters of all scripts in upper and lower case, for ``string.upper`` and ``string.lower``: as Goop2's.

Go maps letter by letter: ``ß`` stays as it is and a final sigma is a sigma; Python knows the rules of whole
words. The two agree on all letters but the few below.
"""

from __future__ import annotations

import re
from functools import cache

from lua_engine.api.binding import Host, Param, host_function

_TEXT = Param("s", "bytes")
# Letters whose upper or lower case in Python is more than one letter, or depends on the word (U+03A3).
_SPECIAL = re.compile(
    "([\u00df\u0130\u0149\u01f0\u0390\u03a3\u03b0\u0587\u1e96-\u1e9a\u1f50-\u1fff\ufb00-\ufb17])"
)


@host_function("text.upper", _TEXT, shown="string.upper", internal=True, doc="`s` in upper case, by Unicode.")
def upper(_host: Host, s: bytes) -> bytes:
    return _mapped(s, is_upper=True)


@host_function("text.lower", _TEXT, shown="string.lower", internal=True, doc="`s` in lower case, by Unicode.")
def lower(_host: Host, s: bytes) -> bytes:
    return _mapped(s, is_upper=False)


def _mapped(s: bytes, *, is_upper: bool) -> bytes:
    try:
        text = s.decode("utf-8")
    except UnicodeDecodeError:
        return s.upper() if is_upper else s.lower()  # no text: the letters of ASCII alone
    parts = _SPECIAL.split(text)
    for index, part in enumerate(parts):
        if index % 2:
            parts[index] = _letter(part, is_upper=is_upper)
        else:
            parts[index] = part.upper() if is_upper else part.lower()
    return "".join(parts).encode("utf-8")


@cache
def _letter(letter: str, *, is_upper: bool) -> str:
    """One letter by the simple mapping: one letter again."""
    if letter == "\u0130":
        return letter if is_upper else "i"
    mapped = letter.upper() if is_upper else letter.lower()
    if len(mapped) == 1:
        return mapped
    title = letter.title()
    return title if is_upper and len(title) == 1 else letter
