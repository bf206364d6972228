"""Which requests are answered at all: the visitor's own page, and a navigation to it; nobody else's page."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from goop_console.preview.head import Headers

MAX_JSON = 4 * 1024 * 1024
MAX_UPLOAD = 33 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status and a text that tells nothing but what the sender did wrong."""

    status: int
    text: str


def host_of(headers: Headers) -> tuple[str, int] | None:
    """Name and port of the one Host header; None for none, several, or one that is none."""
    given = headers.get_all("Host")
    if len(given) != 1:
        return None
    name, colon, port = given[0].rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or len(port) > 5:
        return None
    return name, int(port)


def cookies_of(headers: Headers) -> dict[str, str]:
    """The cookies of the request; none when they cannot be read."""
    try:
        read = SimpleCookie("; ".join(headers.get_all("Cookie")))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in read.items()}


def foreign_page(method: str, headers: Headers, origin: str) -> Refusal | None:
    """Refuses what another page sends: only a navigation to a document may come from elsewhere."""
    site = headers.get("Sec-Fetch-Site", "none").lower()
    is_navigation = (
        method in ("GET", "HEAD")
        and headers.get("Sec-Fetch-Mode", "").lower() == "navigate"
        and headers.get("Sec-Fetch-Dest", "").lower() == "document"
    )
    if site not in ("same-origin", "none") and not is_navigation:
        return Refusal(403, "only this visitor's pages may send requests")
    if method == "POST" and headers.get("Origin", origin) != origin:
        return Refusal(403, "only this visitor's pages may send requests")
    return None


def body_length(headers: Headers, *, most: int) -> int | Refusal:
    """How many bytes of body follow."""
    if headers.get_all("Transfer-Encoding"):
        return Refusal(501, "send the body with its length")
    given = headers.get_all("Content-Length")
    if not given:
        return Refusal(411, "send the body with its length")
    if len(given) > 1 or not given[0].isascii() or not given[0].isdigit():
        return Refusal(400, "Content-Length is not a number")
    length = int(given[0]) if len(given[0]) < 20 else most + 1
    if length > most:
        return Refusal(413, f"at most {most >> 20} MB")
    return length
