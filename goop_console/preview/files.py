"""Files as answers: types, tags, ranges."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import BinaryIO

from goop_console.preview.answers import Answer
from goop_console.preview.head import Headers

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
    ".wasm": "application/wasm",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def file_answer(path: str, stream: BinaryIO, size: int, tag: str, headers: Headers) -> Answer:
    """The file, or the part of it that was asked for, or that it is the same as before."""
    quoted = f'"{tag}"'
    common = [("Cache-Control", "no-cache"), ("ETag", quoted), ("Accept-Ranges", "bytes")]
    known = [one.strip().removeprefix("W/") for one in headers.get("If-None-Match").split(",")]
    if quoted in known or "*" in known:
        stream.close()
        return Answer(304, headers=common)
    kind = TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")
    wanted = _part(headers.get("Range"), size) if headers.get("If-Range", quoted) == quoted else None
    if wanted is None:
        return Answer(200, content_type=kind, headers=common, stream=stream, length=size)
    first, last = wanted
    if first > last:
        stream.close()
        return Answer(416, headers=[*common, ("Content-Range", f"bytes */{size}")])
    common.append(("Content-Range", f"bytes {first}-{last}/{size}"))
    return Answer(206, content_type=kind, headers=common, stream=stream, start=first, length=last - first + 1)


def _part(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for; None for the whole file, (1, 0) for none that is
    there.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    if not match.group(1):
        count = min(int(match.group(2)), size)
        return (size - count, size - 1) if count else (1, 0)
    first = int(match.group(1))
    last = min(int(match.group(2)) if match.group(2) else size - 1, size - 1)
    if match.group(2) and int(match.group(2)) < first:
        return None
    return (first, last) if first < size else (1, 0)
