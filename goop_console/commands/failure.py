"""What a command stops with."""

from __future__ import annotations


class WrongInput(Exception):
    """The command line itself cannot be used; the message says which part and what to do. Exit code 2."""


def explanation(error: Exception) -> str | None:
    """All that a person needs to know of ``error`` when it is the world's fault (a file, a key, a lock); None
    when it is ours.

    The engine is imported here, and not above, so that the window is shown before it.
    """
    if isinstance(error, OSError):
        return _of_the_system(error)
    from lua_engine import KnownError

    return str(error) if isinstance(error, (KnownError, WrongInput)) else None


def _of_the_system(error: OSError) -> str | None:
    if error.errno is None:
        return None
    return f"{error.filename or 'standard output'}: {error.strerror}"
