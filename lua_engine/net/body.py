"""Reading a response without ever holding more than the cap, compressed or not."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from lua_engine.net.errors import HttpError

_ANY_ZLIB = 32 + zlib.MAX_WBITS  # gzip or zlib, told apart by the header
_IDENTITY = ("", "identity")
_DEFLATED = ("gzip", "x-gzip", "deflate")


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """All of ``chunks``, decoded; raises :class:`HttpError` past ``limit`` bytes (counted before and after
    decoding).

    We ask for no compression, but some servers compress all the same. A bomb stops at the cap: the decoder
    never makes more.
    """
    encoding = encoding.strip().lower()
    if encoding in _IDENTITY:
        return _collect(chunks, limit)
    if encoding in _DEFLATED:
        return _inflate(chunks, limit)
    raise HttpError(f"response has an unsupported content encoding: {encoding[:40]}")


def _collect(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


def _inflate(chunks: Iterable[bytes], limit: int) -> bytes:
    decoder = zlib.decompressobj(_ANY_ZLIB)
    body, received = bytearray(), 0
    try:
        for chunk in chunks:
            received += len(chunk)
            body += decoder.decompress(chunk, limit + 1 - len(body))
            if received > limit or len(body) > limit:
                raise too_large(limit)
    except zlib.error:
        raise HttpError("response is compressed and damaged") from None
    if received and not decoder.eof:
        raise HttpError("response is compressed and cut short")
    return bytes(body)


def too_large(limit: int) -> HttpError:
    """The error for a body of more than ``limit`` bytes."""
    size = f"{limit // 1024 // 1024} MB" if limit % (1024 * 1024) == 0 else f"{limit} bytes"
    return HttpError(f"response is larger than {size}")
