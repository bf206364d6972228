"""What of a message is more than words: a place in a script, a JSON value. Pure: no Qt."""

from __future__ import annotations

import json
import re

# A name begins where a word begins and is short: else 60 KB of letters would be tried from each of them.
_PLACE = re.compile(
    r"(?:(?P<functions>functions/)|(?<![A-Za-z0-9_-]))(?P<name>[A-Za-z0-9_-]{1,64})\.lua:(?P<line>\d{1,9})"
)
_MAX_JSON = 70_000  # characters
_MAX_TRIED = 20  # brackets of a message that may begin a value


def place_in(message: str) -> tuple[str, str, int] | None:
    """The first place in a script that ``message`` names: script, kind (``""``: not said), line."""
    found = _PLACE.search(message)
    if not found:
        return None
    return found["name"], "function" if found["functions"] else "", int(found["line"])


def with_json_laid_out(message: str) -> str | None:
    """``message`` with the JSON value that ends it on lines of its own; None when it has none worth that.

    Example: ``got {"a":1,"b":[2]}`` becomes ``got``, ``{``, ``  "a": 1,`` and so on.
    """
    if len(message) > _MAX_JSON:
        return None
    for number, found in enumerate(re.finditer(r"[{\[]", message)):
        if number >= _MAX_TRIED:
            return None
        start = found.start()
        try:
            value = json.loads(message[start:])
        except (ValueError, RecursionError):
            continue
        if not isinstance(value, (dict, list)) or not value:
            return None
        before = message[:start].rstrip()
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return f"{before}\n{text}" if before else text
    return None
