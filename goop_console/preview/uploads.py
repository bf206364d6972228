"""One file in a multipart form."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

from lua_engine import PageError, PageErrorKind


def read_form(content_type: str, data: bytes) -> tuple[str, bytes]:
    """The fields ``path`` and ``file``. Raises :class:`PageError` for anything else."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + data)
    path, content = "", None
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if name == "path" and isinstance(payload, bytes):
            path = payload.decode("utf-8", "replace").strip()
        elif name == "file" and isinstance(payload, bytes):
            content = payload
    if not path:
        raise PageError(PageErrorKind.BAD_REQUEST, "path required")
    if content is None:
        raise PageError(PageErrorKind.BAD_REQUEST, "file required")
    return path, content
