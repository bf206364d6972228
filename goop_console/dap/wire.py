"""The frames of the Debug Adapter Protocol: a head with ``Content-Length``, an empty line, a body of JSON."""

from __future__ import annotations

import json
import threading
from typing import Any, BinaryIO

MAX_MESSAGE = 8 * 1024 * 1024
Message = dict[str, Any]


class WireError(Exception):
    """What came is no message of the protocol: the connection cannot go on."""


def read_message(stream: BinaryIO) -> Message | None:
    """The next message; None at the end of the stream. Raises :class:`WireError`."""
    length = None
    while True:
        line = stream.readline(1024)
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            if not value.strip().isdigit():
                raise WireError(f"Content-Length is not a number: {value!r}")
            length = int(value)
    if length is None or length > MAX_MESSAGE:
        raise WireError("a message needs a Content-Length of at most 8 MB")
    body = stream.read(length)
    if len(body) < length:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError(f"the body is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise WireError("the body is not a JSON object")
    return message


class Writer:
    """Writes messages, numbered; from any thread. Nothing more, once nobody reads them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._number = 0
        self.is_gone = False
        """The other side reads no more."""

    def write(self, message: Message) -> None:
        with self._lock:
            self._number += 1
            body = json.dumps({"seq": self._number, **message}, ensure_ascii=False).encode()
            if not self.is_gone:
                self._send(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _send(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):  # the pipe is broken; it was closed, for the end of the program
            self.is_gone = True
