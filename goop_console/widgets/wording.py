"""Numbers and times as a person reads them."""

from __future__ import annotations

from datetime import datetime


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 script``, ``1,204 scripts``; ``plural`` where an s does not make it: ``2 entries``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def clock(seconds: float) -> str:
    """Local time of day with milliseconds; ``seconds`` since the epoch."""
    moment = datetime.fromtimestamp(seconds)
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def day_and_clock(seconds: float) -> str:
    """``2026-03-01 14:03:22.118``."""
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d} {clock(seconds)}"


def elided(text: str, limit: int) -> str:
    """At most ``limit`` characters, with the middle left out."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 3
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"
