"""What can go wrong with a request; the messages are what a script gets as ``err``."""

from __future__ import annotations

from lua_engine.base.errors import KnownError


class HttpError(KnownError):
    """A request that has no answer: refused, unreachable, too large, malformed."""


NOT_SENT = "dry run: http request not sent"
"""What a script is told when nothing may leave the machine."""


class AddressRefused(HttpError):
    """A URL or an address that the policy does not let through; the message says why."""
