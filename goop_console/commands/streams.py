"""Standard streams as a command may find them: closed, unable to write a character, or full."""

from __future__ import annotations

import io
import os
import sys


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
