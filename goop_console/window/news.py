"""What is new in this version: told once after an upgrade, and whenever somebody asks."""

from __future__ import annotations

import re

from goop_console.resources import resource
from goop_console.services.settings import AppSettings

_KEY = "version_seen"


def this_version() -> str:
    """The program's version; ``""`` when it runs from a folder that was never installed."""
    from importlib.metadata import PackageNotFoundError, version  # here: it takes a tenth of the start

    try:
        return version("goop-console")
    except PackageNotFoundError:
        return ""


def news_of(version: str) -> str:
    """What ``resources/news.md`` says of ``version``; empty when it says nothing."""
    text = resource("news.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(version)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found and version else ""


def unseen_version(settings: AppSettings) -> str:
    """The version to tell about: another one than at the last start. The very first start tells nothing. Not
    for the Qt thread: it reads files.
    """
    version, seen = this_version(), settings.get(_KEY)
    is_first = seen is None and not settings.recent_sites()
    return "" if is_first or seen == version else version


def mark_seen(settings: AppSettings, version: str) -> None:
    """It has been told."""
    settings.set(_KEY, version)
