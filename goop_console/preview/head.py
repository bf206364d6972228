"""The head of a request, read strictly: what two readers could take differently is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BufferedIOBase

MAX_LINE = 65_536
MAX_HEADERS = 100
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION = re.compile(r"HTTP/\d\.\d")


class BadHead(Exception):
    """``status`` and a text that tells nothing but what the sender did wrong."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Headers:
    """Names are case-insensitive, values without the spaces around them."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    def get(self, name: str, default: str = "") -> str:
        """The first value of ``name``."""
        found = self._values.get(name.lower())
        return found[0] if found else default

    def get_all(self, name: str) -> list[str]:
        """Every value of ``name``, in the order in which they came."""
        return self._values.get(name.lower(), [])


@dataclass(frozen=True, slots=True)
class Head:
    """``target`` is path and query as they came, with one slash at the front."""

    method: str
    target: str
    is_last: bool
    """The connection ends with the answer."""
    headers: Headers


def read_head(first_line: bytes, stream: BufferedIOBase) -> Head:
    """The head that begins with ``first_line``. Raises :class:`BadHead`."""
    words = first_line.decode("latin-1").split()
    if len(words) != 3 or not _VERSION.fullmatch(words[2]):
        raise BadHead(400, "this is not an HTTP request")
    method, target, version = words
    if not version.startswith("HTTP/1."):
        raise BadHead(505, "only HTTP/1.0 and HTTP/1.1 are answered")
    headers = _read_headers(stream)
    is_last = version == "HTTP/1.0" or headers.get("Connection").lower() == "close"
    # A path with two slashes at its front would be another host's address in a redirect.
    return Head(method, "/" + target.lstrip("/") if target.startswith("//") else target, is_last, headers)


def _read_headers(stream: BufferedIOBase) -> Headers:
    values: dict[str, list[str]] = {}
    for _ in range(MAX_HEADERS + 1):
        line = stream.readline(MAX_LINE + 1)
        if len(line) > MAX_LINE:
            raise BadHead(431, "a header is too long")
        if line in (b"\r\n", b"\n"):
            return Headers(values)
        if not line.endswith(b"\n"):
            raise BadHead(400, "the headers are cut off")
        name, colon, value = line.decode("latin-1").rstrip("\r\n").partition(":")
        if not colon or not _NAME.fullmatch(name) or "\r" in value or "\0" in value:
            raise BadHead(400, "a header cannot be read")
        values.setdefault(name.lower(), []).append(value.strip(" \t"))
    raise BadHead(431, "too many headers")
