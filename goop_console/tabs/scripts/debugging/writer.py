"""Who set it: the step that wrote the name or the field that the cursor is in."""

from __future__ import annotations

import re

from lua_engine import DebugError, DebugSession, Stopped

_FIELD = re.compile(r"(.+?)(?:\.(\w+)|(\[[^\[\]]*\]))", re.ASCII)
_MOST = 1_000  # keys of a table that are looked through


def go_to_writer(session: DebugSession, path: str, frame: int) -> Stopped:
    """Go back to where ``path`` (``total`` or ``row.tags[1]``) was written last. Raises DebugError."""
    field = _FIELD.fullmatch(path)
    if field is None:
        return session.go_to_write(path, frame)
    held = session.peek(field[1], frame)
    if held.error:
        raise DebugError(held.error)
    name = field[2] or field[3].replace("'", '"')
    page = session.children(held.values[0].ref, 0, _MOST)
    key = next((one.key for one in page.values if one.name == name), 0)
    if not key:
        raise DebugError(f"there is no {path} here")
    return session.go_to_field_write(held.values[0].ref, key, frame)
