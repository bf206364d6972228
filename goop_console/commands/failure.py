"""What a command stops with."""

from __future__ import annotations


class WrongInput(Exception):
    """The command line itself cannot be used; the message says which part and what to do. Exit code 2."""


def is_known(error: Exception) -> bool:
    """Whether ``error`` is the world's fault (a file, a key, a lock) and its text all that a person needs.

    The engine is imported here, and not above, so that the window is shown before it.
    """
    from lua_engine import KnownError

    return isinstance(error, (KnownError, WrongInput))
