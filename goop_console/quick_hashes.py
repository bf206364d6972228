"""hashlib and hmac, imported without OpenSSL: 4 MB of its library, and some milliseconds of every start.

Python has the same hashes of its own, which take twice as long for a megabyte: what is hashed here are
scripts and settings. A script's request over TLS loads OpenSSL when there is one (``lua_engine/net``).
"""

from __future__ import annotations

import sys


def _import_hashes() -> None:
    sys.modules["_hashlib"] = None  # type: ignore[assignment]  # Python's own way to say: there is none
    try:
        import hashlib
        import hmac  # noqa: F401

        hashlib.sha256()  # a Python that was built without hashes of its own says so here
    finally:
        del sys.modules["_hashlib"]


if "hashlib" not in sys.modules and "_hashlib" not in sys.modules:
    _import_hashes()
