"""The error tree of the engine.

::

    EngineError
    ├── KnownError        the world's fault: a broken file, a locked database, a full disk; shown as it is
    │   ├── SiteError     a site folder that cannot be used (names the file and the key)
    │   ├── ConfigError   goop.json: file, key, value, bound
    │   ├── SchemaError   schemas/*.json or a row that does not fit one
    │   ├── StoreError    data.db: busy, damaged, read-only
    │   └── CallerError   nobody of that name
    └── BugError          our own fault

    HostError             raised by host functions while a script runs, never seen outside a call
    ├── ScriptError       becomes a normal Lua error in the script
    └── CallKilled        ends the call, whatever the script catches
"""

from __future__ import annotations

from enum import StrEnum


class ErrorKind(StrEnum):
    """What a failed call failed of; the public names of the batch protocol."""

    NOT_FOUND = "not_found"
    NO_ENTRY_POINT = "no_entry_point"
    DISABLED = "disabled"
    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    SCRIPT = "script"
    CONVERSION = "conversion"
    BAD_REQUEST = "bad_request"
    BUSY = "busy"
    CANCELLED = "cancelled"


class EngineError(Exception):
    """Root of everything that the engine raises on purpose."""


class KnownError(EngineError):
    """The world's fault; the message says what, where, and what to do."""


class BugError(EngineError):
    """Our own fault: an invariant does not hold."""


class SiteError(KnownError):
    """The site folder cannot be used."""


class ConfigError(SiteError):
    """goop.json has a value that cannot be used; names file, key, value and bound."""


class SchemaError(KnownError):
    """A table schema, or a row checked against one, is not valid."""


class StoreError(KnownError):
    """data.db cannot be read or written."""


class CallerError(KnownError):
    """No peer answers to that name."""


class HostError(Exception):
    """Raised by host functions while a script runs; never leaves a call."""


class ScriptError(HostError):
    """A normal Lua error in the script: it can be caught by ``pcall``."""


class CallKilled(HostError):
    """Ends the call: no ``pcall`` of the script survives it."""

    def __init__(self, kind: ErrorKind) -> None:
        super().__init__(str(kind))
        self.kind = kind
