"""Standard streams as a command may find them: closed, unable to write a character, or full."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import Any, TextIO

# What a terminal acts on, or shows in another order than it was written: control characters but line breaks
# and tabs, and Unicode's marks of direction.
_ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def plain_text(text: str) -> str:
    """``text`` as it may be printed: ESC is ``\\u001b``, and so on, which JSON reads back."""
    return _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class PlainStream:
    """An output stream that a text of others cannot use to act on the owner's terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(plain_text(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def prepare_streams() -> None:
    """Give every closed stream the null device, and let the others write any text (what they cannot say is
    escaped).

    A closed descriptor would be given to the next file that is opened, and that may be ``data.db``.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # for as long as the process lives
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        if name != "stdin" and not isinstance(getattr(sys, name), PlainStream):
            setattr(sys, name, PlainStream(getattr(sys, name)))


def finish_output() -> None:
    """Write out what standard output still holds, or drop it when its reader has gone or its disk is full.

    Otherwise Python would try again, and complain, when it closes the stream.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def says_everything() -> bool:
    """Whether standard output can write any character as it is."""
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
