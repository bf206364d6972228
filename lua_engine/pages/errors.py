"""What a page is told when it does not get what it asks for."""

from __future__ import annotations

from enum import StrEnum

from lua_engine.base.errors import KnownError


class PageErrorKind(StrEnum):
    """``BAD_REQUEST``: it makes no sense. ``REFUSED``: this visitor may not. ``FAILED``: it was tried.
    ``NOT_FOUND``: no such thing. ``UNREACHABLE``: the peer that it is meant for is not there.
    """

    BAD_REQUEST = "bad_request"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"


class PageError(KnownError):
    """``str(error)`` is what the page gets; ``advice`` is for the site's owner: why, and what to do."""

    def __init__(self, kind: PageErrorKind, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.advice = advice


def bad_request(message: str) -> PageError:
    return PageError(PageErrorKind.BAD_REQUEST, message)


def refused(message: str, advice: str = "") -> PageError:
    return PageError(PageErrorKind.REFUSED, message, advice)


def failed(message: str) -> PageError:
    return PageError(PageErrorKind.FAILED, message)


def not_found(message: str) -> PageError:
    return PageError(PageErrorKind.NOT_FOUND, message)
