"""Everything that one visitor may get: the site's files, the SDK, Goop2's API."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from goop_console.preview.answers import Answer, error_answer, redirect, text_answer
from goop_console.preview.files import file_answer
from goop_console.preview.request import Request
from goop_console.preview.routes import Routes
from lua_engine import KnownError, PageError, Pages

_UNREACHABLE = "the site cannot be reached (the preview's offline switch is on)"


class Site:
    """Thread-safe; ``sdk`` is the folder with the SDK's files, ``other_sdk`` what has a file of another one
    (None: it has not).
    """

    def __init__(
        self,
        pages: Pages,
        sdk: Path,
        is_over: Callable[[], bool],
        facts: Callable[[Request], dict[str, Any]],
        other_sdk: Callable[[str], bytes | None] = lambda _name: None,
    ) -> None:
        self._pages = pages
        self._other_sdk = other_sdk
        self._sdk = sdk
        self._routes = Routes(pages, is_over, facts)

    def answer(self, request: Request) -> Answer:
        """Whatever is asked: an answer, errors too. ``what`` says in words what was asked."""
        if request.visitor.delay:
            time.sleep(request.visitor.delay)
        try:
            return self._found(request)
        except PageError as error:
            return error_answer(error)
        except KnownError as error:
            return text_answer(500, str(error))

    def _found(self, request: Request) -> Answer:
        path = request.path
        if path.startswith("/api/"):
            return self._api(request, path.removeprefix("/api/"))
        if request.method not in ("GET", "HEAD"):
            return _wrong_method("GET, HEAD")
        if path.startswith("/sdk/"):
            return self._sdk_file(request, path.removeprefix("/sdk/"))
        if path == "/favicon.ico":
            return Answer(204)
        if path == "/":
            return redirect(f"/p/{self._pages.owner_id}/")
        if path.startswith("/p/"):
            return self._page(request, path.removeprefix("/p/"))
        return text_answer(404, "404 page not found")

    def _api(self, request: Request, path: str) -> Answer:
        found = self._routes.find(path)
        if found is None:
            return self._missing(f"/api/{path[:80]} is not in the preview", request)
        what, methods = found
        route = methods.get(request.method)
        if route is None:
            return _wrong_method(", ".join(methods))
        if request.visitor.is_offline and path.startswith("p/"):
            return replace(text_answer(502, _UNREACHABLE), what=what)
        try:
            answer = route(request)
        except PageError as error:
            self._pages.complaints.refused(what, error, request.caller)
            answer = error_answer(error)
        return answer if answer.what else replace(answer, what=what)

    def _page(self, request: Request, path: str) -> Answer:
        host, slash, inner = path.partition("/")
        if host != self._pages.owner_id or request.visitor.is_offline:
            text = "the peer cannot be reached: the preview serves its own site only"
            return text_answer(502, _UNREACHABLE if request.visitor.is_offline else text)
        if not slash or (inner and not inner.endswith("/") and self._pages.files.is_folder(inner)):
            return redirect(quote(f"/p/{path}/") + (f"?{request.query}" if request.query else ""))
        file = self._pages.files.open(inner)
        return file_answer(file.path, file.stream, file.size, file.tag, request.headers)

    def _sdk_file(self, request: Request, name: str) -> Answer:
        is_plain = name.replace("-", "").replace(".", "").isalnum() and not name.startswith(".")
        path = self._sdk / name if is_plain else self._sdk
        if path.suffix in (".js", ".css"):
            other = self._other_sdk(name)
            if other is not None:
                tag = hashlib.sha256(other).hexdigest()[:20]
                return file_answer(name, io.BytesIO(other), len(other), tag, request.headers)
            if path.is_file():
                stream = path.open("rb")
                found = os.fstat(stream.fileno())
                tag = f"{found.st_mtime_ns:x}-{found.st_size:x}"
                return file_answer(name, stream, found.st_size, tag, request.headers)
        return self._missing(
            f"/sdk/{name[:80]} is not in the preview's SDK; on Goop2 it may be there", request
        )

    def _missing(self, reason: str, request: Request) -> Answer:
        """What Goop2 may have and the preview has not: the page is told as there, the log and the tab why."""
        self._pages.complaints.note(reason, request.caller)
        return replace(text_answer(404, "404 page not found"), reason=reason)


def _wrong_method(allowed: str) -> Answer:
    return replace(text_answer(405, "method not allowed"), headers=[("Allow", allowed)])
