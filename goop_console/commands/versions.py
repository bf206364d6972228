"""The versions of this program and of what it runs on."""

from __future__ import annotations

import platform
from importlib.metadata import version

from lua_engine import lua_version, sqlite_version


def version_lines() -> list[str]:
    """One line each: the program first."""
    import PySide6.QtCore

    return [
        f"goop-console {version('goop-console')}",
        f"Python {platform.python_version()}",
        f"Qt {PySide6.QtCore.qVersion()}",
        f"Lua {lua_version()}",
        f"SQLite {sqlite_version()}",
    ]
