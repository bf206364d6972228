"""A request that passed the guard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from goop_console.preview.head import Headers
from goop_console.preview.visitors import Visitor
from lua_engine import Body, Caller, PageError, PageErrorKind


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is decoded, ``query`` as it came; header names are case-insensitive."""

    visitor: Visitor
    method: str
    path: str
    query: str
    headers: Headers
    data: bytes = b""

    @property
    def caller(self) -> Caller:
        return self.visitor.caller

    def json(self) -> Any:
        """The body; a :class:`PageError` says what is wrong with it."""
        try:
            return json.loads(self.data.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise PageError(PageErrorKind.BAD_REQUEST, f"invalid json: {error}") from None

    def body(self) -> Body:
        return Body(self.json())

    def argument(self, name: str) -> str:
        """A value of the query, empty when absent."""
        return parse_qs(self.query, max_num_fields=20).get(name, [""])[0]


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
