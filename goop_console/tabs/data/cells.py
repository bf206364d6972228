"""How one value of a row is shown, in a cell and in full."""

from __future__ import annotations

from typing import Any

from goop_console.widgets.wording import counted
from lua_engine import JsonProblem, parse_json

MAX_CELL = 240
MAX_DETAIL = 256 * 1024
MAX_JSON = 1024 * 1024
_HEX_BYTES = 1024
_HEX_LINE = 16
NULL = "NULL"


def cell_text(value: Any) -> str:
    """``value`` on one line: NULL as a word, a blob as its size, a long text cut."""
    if value is None:
        return NULL
    if isinstance(value, (bytes, bytearray, memoryview)):
        return blob_text(len(value))
    text = str(value)
    cut = text[:MAX_CELL].replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", "⇥")
    return cut + "…" if len(text) > MAX_CELL else cut


def full_text(value: Any) -> str:
    """``value`` as text with nothing cut, for a copy; NULL is empty, a blob its hexadecimal digits."""
    if value is None:
        return ""
    return bytes(value).hex() if isinstance(value, (bytes, bytearray, memoryview)) else str(value)


def blob_text(size: int) -> str:
    return f"blob {size:,} byte{'' if size == 1 else 's'}"


def describe(value: Any) -> str:
    """What kind of value it is, in words."""
    if value is None:
        return "NULL: no value"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return blob_text(len(value))
    if isinstance(value, str):
        return f"text, {counted(len(value), 'character')}" if value else "empty text"
    return "real number" if isinstance(value, float) else "integer"


def detail_text(value: Any) -> str:
    """``value`` for the detail pane: a blob as a hex dump of its beginning, a very long text cut with a word
    about it.
    """
    if value is None:
        return ""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return hex_dump(bytes(value[:_HEX_BYTES])) + (
            f"\n… {len(value) - _HEX_BYTES:,} more bytes" if len(value) > _HEX_BYTES else ""
        )
    text = str(value)
    return (
        text
        if len(text) <= MAX_DETAIL
        else text[:MAX_DETAIL] + f"\n… {len(text) - MAX_DETAIL:,} more characters"
    )


def hex_dump(data: bytes) -> str:
    """Offset, hexadecimal and printable columns, sixteen bytes a line."""
    lines = []
    for offset in range(0, len(data), _HEX_LINE):
        part = data[offset : offset + _HEX_LINE]
        printable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{offset:06x}  {part.hex(' '):<{_HEX_LINE * 3 - 1}}  {printable}")
    return "\n".join(lines)


def as_json(value: Any) -> Any:
    """The object or array that a text holds, else None. Texts over 1 MB are not tried."""
    if not isinstance(value, str) or len(value) > MAX_JSON or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return parse_json(value)
    except JsonProblem:
        return None
