"""How one value of a row is shown, in a cell and in full."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any

from goop_console.widgets.foreign_text import marked
from lua_engine import JsonProblem, LongValue, RawText, parse_json

MAX_CELL = 240
MAX_DETAIL = 64 * 1024
MAX_JSON = 1024 * 1024
MAX_IMAGE = 8 * 1024 * 1024
_HEX_BYTES = 1024
_HEX_LINE = 16
NULL = "NULL"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?\Z", re.IGNORECASE)
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_DATA_URL = re.compile(r"data:image/[a-z.+-]+;base64,", re.IGNORECASE)


def cell_text(value: Any, kind: str = "") -> str:
    """``value`` of a column of type ``kind`` on one line:
    NULL as a word, a blob as its size, a long text cut.
    """
    if value is None:
        return NULL
    if isinstance(value, LongValue):
        if isinstance(value.start, bytes) and not isinstance(value.start, RawText):
            return blob_text(value.size, value.start)
        return _cut(f"{cell_text(value.start).removesuffix('…')}…")
    if isinstance(value, RawText):
        return cell_text(value.decode("utf-8", "replace"))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return blob_text(len(value), bytes(value[:16]))
    if kind == "datetime" and isinstance(value, str):
        return local_time(value) or cell_text(value)
    text = str(value)
    cut = text[:MAX_CELL].replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", "⇥")
    return _cut(marked(cut) + ("…" if len(text) > MAX_CELL else ""))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CELL + 1 else text[:MAX_CELL] + "…"


def local_time(text: str) -> str:
    """The moment that ``text`` names (UTC unless it says otherwise) in this computer's time;
    empty when it is none.
    """
    moment = moment_of(text)
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def moment_of(text: str) -> datetime | None:
    """The moment in UTC; None when ``text`` names none."""
    if not _MOMENT.match(text.strip()):
        return None
    try:
        found = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def full_text(value: Any) -> str:
    """``value`` as text with nothing cut, for an editor; NULL is empty, a blob its hexadecimal digits."""
    if value is None:
        return ""
    return bytes(value).hex() if isinstance(value, (bytes, bytearray, memoryview)) else str(value)


def blob_text(size: int, start: bytes = b"") -> str:
    what = "image" if start.startswith(_IMAGES) else "blob"
    return f"{what} {size:,} byte{'' if size == 1 else 's'}"


def describe(value: Any) -> str:
    """What kind of value it is, in words."""
    if value is None:
        return "NULL: no value"
    if isinstance(value, RawText):
        return f"text that is not UTF-8, {len(value):,} bytes"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return blob_text(len(value), bytes(value[:16]))
    if isinstance(value, str):
        plural = "" if len(value) == 1 else "s"
        return f"text, {len(value):,} character{plural}" if value else "empty text"
    return "real number" if isinstance(value, float) else "integer"


def detail_text(value: Any) -> str:
    """``value`` for the detail pane, which takes any length: a blob as a hex dump of its beginning."""
    if value is None:
        return ""
    if isinstance(value, (bytes, bytearray, memoryview)) and not isinstance(value, RawText):
        return hex_dump(bytes(value[:_HEX_BYTES])) + (
            f"\n… {len(value) - _HEX_BYTES:,} more bytes" if len(value) > _HEX_BYTES else ""
        )
    return value.decode("utf-8", "replace") if isinstance(value, RawText) else str(value)


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


def as_image(value: Any) -> bytes | None:
    """The picture that a blob, or a data URL, holds; None when it holds none that is shown."""
    if isinstance(value, bytes) and value.startswith(_IMAGES) and len(value) <= MAX_IMAGE:
        return value
    if isinstance(value, str) and len(value) <= MAX_IMAGE and (found := _DATA_URL.match(value)):
        try:
            data = base64.b64decode(value[found.end() :], validate=True)
        except (binascii.Error, ValueError):
            return None
        return data if data.startswith(_IMAGES) else None
    return None
