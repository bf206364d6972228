"""Fields of what a page sends, checked: a body is JSON that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lua_engine.pages.errors import bad_request

MAX_ID = 2**63


class Body:
    """The JSON object that a page sent. Every question raises a :class:`PageError` that names the field."""

    def __init__(self, value: Any) -> None:
        if not isinstance(value, Mapping):
            raise bad_request("the body must be a JSON object")
        self._value = value

    def text(self, name: str, default: str = "") -> str:
        """A text; absent and null are ``default``."""
        value = self._value.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise bad_request(f"{name} must be a string")
        return value

    def required(self, name: str, message: str = "") -> str:
        """A text that is not empty."""
        value = self.text(name)
        if not value:
            raise bad_request(message or f"{name} required")
        return value

    def number(self, name: str) -> int:
        """A whole number, 0 when absent."""
        value = self._value.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
            raise bad_request(f"{name} must be a whole number")
        return max(-MAX_ID, min(int(value), MAX_ID - 1))

    def row_id(self) -> int:
        """The ``_id`` of a row."""
        value = self.number("id")
        if value <= 0:
            raise bad_request("valid row id required")
        return value

    def object(self, name: str) -> dict[str, Any]:
        """A JSON object; absent is empty."""
        value = self._value.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise bad_request(f"{name} must be an object")
        return dict(value)

    def list(self, name: str) -> list[Any]:
        """A JSON array; absent is empty."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"{name} must be an array")
        return value

    def any(self, name: str) -> Any:
        return self._value.get(name)
