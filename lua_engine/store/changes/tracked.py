"""The two kinds of connections on which triggers of our own note what happens."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol


class TrackedConnection(Protocol):
    """A connection whose triggers are made while it is ``trusted``: no policy for scripts applies then."""

    @property
    def raw(self) -> sqlite3.Connection: ...

    def trusted(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """A connection for statements of our own: always trusted."""

    raw: sqlite3.Connection

    def trusted(self) -> AbstractContextManager[None]:
        return nullcontext()
