"""asyncio for the window's loop, imported without ssl: 4 MB, and a tenth of what follows the first paint.

The loop opens no connection of its own; scripts' requests (``lua_engine/net``) import ssl when there is one.
A Python that was built without ssl imports asyncio in the same way.
"""

from __future__ import annotations

import sys


def _import_asyncio() -> None:
    sys.modules["ssl"] = None  # type: ignore[assignment]  # Python's own way to say: there is none
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


if "asyncio" not in sys.modules and "ssl" not in sys.modules:
    _import_asyncio()
