"""A JSON value on one line, as far as there is room for it."""

from __future__ import annotations

import json
from typing import Any


def json_line(value: Any, limit: int = 80) -> str:
    """``value`` as JSON in at most ``limit`` characters; of a large one the beginning, and no more of it is
    looked at.
    """
    text = _beginning(value[: limit + 1] if isinstance(value, str) else value, limit)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _beginning(value: Any, limit: int) -> str:
    parts, size = [], 0
    try:
        for part in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
            parts.append(part)
            size += len(part)
            if size > limit:
                break
    except RecursionError:
        parts.append("…")  # nested as no person writes it
    return "".join(parts)
