"""``goop.http``: two verbs to the outside world, behind the address policy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lua_engine.api.binding import Host, Param, fail, host_function
from lua_engine.base.errors import ScriptError
from lua_engine.net.client import Response
from lua_engine.net.errors import NOT_SENT, HttpError

MAX_REQUESTS = 3
DISABLED = "http is disabled"
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"

MAX_SHOWN_BODY = 4_096  # bytes
MAX_SHOWN_URL = 2_048
_CREDENTIALS = re.compile(r"^(\s*[^/?#@]*//)?[^/?#]*@")

Body = bytes | tuple[None, str]


@dataclass(frozen=True, slots=True)
class Sending:
    """A request as the script asks for it."""

    method: str
    url: str
    content: bytes = b""
    content_type: str = ""


_URL = Param(
    "url",
    "string",
    doc="http:// or https://; `user:password@` before the host is sent as Basic authorization",
)
_RETURNS = "string|nil, string?"
_ERRORS = (
    f"`{DISABLED}` (`lua.http_enabled` in goop.json)",
    f"`http request limit exceeded ({MAX_REQUESTS} per call)`",
    "`address refused: HOST is a loopback address` (private, link-local, reserved, ... too, "
    "in every spelling, also after a redirect)",
    "`HTTP 404`: any status of 400 or more",
    "`response is larger than 1 MB`",
)


@host_function(
    "goop.http.get",
    _URL,
    returns=_RETURNS,
    doc="The body of `url` as text (bytes that are not UTF-8 come as they are). Follows up to 5 redirects.",
    errors=_ERRORS,
    example='local body, err = goop.http.get("https://api.example.com/data")',
)
def get(host: Host, url: str) -> Body:
    return _request(
        host, Sending("GET", url), lambda: host.services.http.get(url, deadline=host.run.deadline)
    )


@host_function(
    "goop.http.post",
    _URL,
    Param(
        "body",
        "value",
        optional=True,
        doc="a string is sent as a form (application/x-www-form-urlencoded), a table as JSON",
    ),
    returns=_RETURNS,
    doc="Post `body` to `url`; returns what goop.http.get does.",
    errors=_ERRORS,
    example='local body, err = goop.http.post("https://api.example.com/submit", { key = "val" })',
)
def post(host: Host, url: str, body: Any = None) -> Body:
    content, content_type = _encoded(body)
    sending = Sending("POST", url, content, content_type)
    return _request(
        host, sending, lambda: host.services.http.post(url, content, content_type, deadline=host.run.deadline)
    )


def _request(host: Host, sending: Sending, send: Callable[[], Response]) -> Body:
    if not host.services.settings().http_enabled:
        return fail(DISABLED)
    if host.run.http_requests >= MAX_REQUESTS:
        return fail(f"http request limit exceeded ({MAX_REQUESTS} per call)")
    host.run.http_requests += 1
    try:
        response = send()
    except HttpError as error:
        _note(host, sending, f"failed: {error}", error=str(error))
        return fail(str(error))
    _note(
        host,
        sending,
        f"{response.status}, {_size(len(response.body))}",
        status=response.status,
        bytes=len(response.body),
    )
    if response.status >= 400:
        return fail(f"HTTP {response.status}")
    return response.body


def _note(host: Host, sending: Sending, answer: str, **more: Any) -> None:
    url = _without_credentials(sending.url)
    detail = {"method": sending.method, "url": url, **more}
    if sending.method == "POST":
        shown = sending.content[:MAX_SHOWN_BODY].decode("utf-8", "replace")
        detail |= {"content_type": sending.content_type, "body": shown, "body_bytes": len(sending.content)}
    would = f"would send {sending.method} {url}" if more.get("error") == NOT_SENT else ""
    host.run.effect("http", f"{sending.method} {url} -> {answer}", detail, would=would)


def _without_credentials(url: str) -> str:
    """``user:password@`` is for the other side, not for people who look on."""
    return _CREDENTIALS.sub(r"\1", url[:MAX_SHOWN_URL])


def _size(count: int) -> str:
    return f"{count} bytes" if count < 1_000 else f"{count / 1024:.1f} KB"


def _encoded(body: Any) -> tuple[bytes, str]:
    if body is None:
        return b"", _FORM
    if isinstance(body, (str, bytes)):
        return (body.encode() if isinstance(body, str) else body), _FORM
    if not isinstance(body, (dict, list)):
        kind = "boolean" if isinstance(body, bool) else "number"
        raise ScriptError(f"goop.http.post: body must be a string or a table, got {kind}")
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(), _JSON
    except TypeError:  # a string that is not UTF-8 arrives as bytes, which JSON cannot hold
        raise ScriptError("goop.http.post: body has a string that is not UTF-8 text") from None
