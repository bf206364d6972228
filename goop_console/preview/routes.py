"""Goop2's paths: what each answers. One table for methods and functions, one function a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from goop_console.preview.answers import Answer, error_answer, json_answer, text_answer
from goop_console.preview.request import Request
from goop_console.preview.stream import any_event, group_event, mq_event, stream_answer
from goop_console.preview.uploads import read_form
from lua_engine import DirectRequest, PageError, PageErrorKind, Pages, outcome_of, reason_of

DATA_CALLS = {
    "role": ("POST", "role"),
    "find": ("POST", "find"),
    "query": ("POST", "query"),
    "find-one": ("POST", "find-one"),
    "get-by": ("POST", "get-by"),
    "exists": ("POST", "exists"),
    "count": ("POST", "count"),
    "pluck": ("POST", "pluck"),
    "distinct": ("POST", "distinct"),
    "aggregate": ("POST", "aggregate"),
    "insert": ("POST", "insert"),
    "update": ("POST", "update"),
    "delete": ("POST", "delete"),
    "update-where": ("POST", "update-where"),
    "delete-where": ("POST", "delete-where"),
    "upsert": ("POST", "upsert"),
    "tables": ("GET", "tables"),
    "orm-schema": ("GET", "schemas"),
    "tables/describe": ("POST", "describe"),
    "tables/create": ("POST", "create-table"),
    "tables/add-column": ("POST", "add-column"),
    "tables/delete": ("POST", "delete-table"),
}
"""Path below ``data/``: its method, and the engine's name for the call."""

Route = Callable[[Request], Answer]


class Routes:
    """The answers to one site's pages. ``is_over`` ends event streams."""

    def __init__(
        self, pages: Pages, is_over: Callable[[], bool], facts: Callable[[Request], dict[str, Any]]
    ) -> None:
        self._pages = pages
        self._is_over = is_over
        self._facts = facts
        groups, rooms, messages = pages.groups, pages.rooms, pages.messages
        self._api: dict[str, dict[str, Route]] = {
            "self": {"GET": lambda r: json_answer(pages.identity(r.caller))},
            "peers": {"GET": lambda r: json_answer(pages.peers(r.caller))},
            "template/settings": {"GET": lambda _r: json_answer(pages.template())},
            "groups": {
                "GET": lambda r: json_answer(groups.hosted(r.caller)),
                "POST": lambda r: json_answer(groups.create(r.body(), r.caller)),
            },
            "groups/subscriptions": {"GET": lambda r: json_answer(groups.subscriptions(r.caller))},
            "groups/join": {"POST": lambda r: json_answer(groups.join(r.body(), r.caller))},
            "groups/leave": {"POST": lambda r: json_answer(groups.leave(r.body(), r.caller))},
            "groups/send": {"POST": lambda r: json_answer(groups.send(r.body(), r.caller))},
            "groups/close": {"POST": lambda r: json_answer(groups.close(r.body(), r.caller))},
            "groups/events": {"GET": lambda r: self._stream(r, group_event)},
            "chat/rooms/create": {"POST": lambda r: json_answer(rooms.create(r.body(), r.caller))},
            "chat/rooms/close": {"POST": lambda r: json_answer(rooms.close(r.body(), r.caller))},
            "chat/rooms/join": {"POST": lambda r: json_answer(rooms.join(r.body(), r.caller))},
            "chat/rooms/leave": {"POST": lambda r: json_answer(rooms.leave(r.body(), r.caller))},
            "chat/rooms/send": {"POST": lambda r: json_answer(rooms.send(r.body(), r.caller))},
            "chat/rooms/state": {"GET": self._room_state},
            "mq/send": {"POST": lambda r: json_answer(messages.send(r.body(), r.caller))},
            "mq/ack": {"POST": lambda r: json_answer(messages.acknowledge(r.body()))},
            "mq/events": {"GET": lambda r: self._stream(r, mq_event)},
            "site/files": {"GET": lambda r: json_answer(pages.file_list(r.caller))},
            "site/upload": {"POST": self._upload},
            "site/delete": {"POST": lambda r: json_answer(pages.remove_file(r.json(), r.caller))},
            "preview/events": {"GET": lambda r: self._stream(r, any_event)},
            "preview/report": {"POST": self._report},
            "preview/facts": {"GET": lambda r: json_answer(facts(r))},
        }

    def find(self, path: str) -> tuple[str, dict[str, Route]] | None:
        """What a path below ``/api/`` is called in the log, and its functions by method; None for a path that
        is not there.
        """
        if path in self._api:
            return path, self._api[path]
        if path.startswith("avatar/peer/"):
            return "avatar", {"GET": lambda _r: self._avatar(path.removeprefix("avatar/peer/"))}
        if path == "data" or not (path.startswith(("data/", "p/"))):
            return None
        host, _, rest = path.removeprefix("p/").partition("/") if path.startswith("p/") else ("", "", path)
        name = rest.removeprefix("data/")
        if name == rest:
            return None
        if host and host != self._pages.owner_id:
            return name, dict.fromkeys(("GET", "POST"), _not_here)
        return self._data(name)

    def _data(self, name: str) -> tuple[str, dict[str, Route]] | None:
        if name == "lua/call":
            return "call", {"POST": self._call}
        if name == "lua/list":
            return "functions", {"GET": lambda _r: json_answer({"functions": self._pages.functions()})}
        if name not in DATA_CALLS:
            return None
        method, call = DATA_CALLS[name]
        return call, {method: lambda request: self._direct(call, method, request)}

    def _call(self, request: Request) -> Answer:
        body = request.body()
        function = body.text("function")
        if not function:
            raise PageError(PageErrorKind.FAILED, "function name required")
        params = body.object("params")
        result = self._pages.call(function, params, request.caller)
        recorder = request.visitor.recorder
        if recorder is not None:
            recorder.add(result)
        action = params.get("action")
        what = f"call {function} {action}" if isinstance(action, str) else f"call {function}"
        if result.error is not None:
            answer = text_answer(500, result.error.message)
        else:
            answer = json_answer(result.value)
        found = outcome_of(result)
        outcome = "invalid input" if found == "invalid" else found
        return replace(
            answer,
            call_id=result.call_id,
            script=function[:200],
            what=what[:200],
            outcome=outcome,
            reason=reason_of(result),
        )

    def _direct(self, call: str, method: str, request: Request) -> Answer:
        body = request.json() if method == "POST" else {}
        table = body.get("table") if isinstance(body, dict) else None
        what = f"{call} {table}" if isinstance(table, str) else call
        try:
            answer = json_answer(self._asked(call, body, request))
        except PageError as error:
            self._pages.complaints.refused(what[:200], error, request.caller)
            answer = error_answer(error)
        return replace(answer, what=what[:200])

    def _asked(self, call: str, body: Any, request: Request) -> Any:
        """The answer, which becomes a step of the visit while one is recorded."""
        recorder = request.visitor.recorder
        if recorder is None or not isinstance(body, dict):
            return self._pages.direct(call, body, request.caller)
        result = self._pages.direct.made(DirectRequest(call, body), request.caller)
        recorder.add_direct(result)
        if result.error is not None:
            raise result.error
        return result.value

    def _room_state(self, request: Request) -> Answer:
        from lua_engine import Body

        body = Body({"group_id": request.argument("group_id")})
        return json_answer(self._pages.rooms.state(body, request.caller))

    def _upload(self, request: Request) -> Answer:
        path, data = read_form(request.headers.get("Content-Type"), request.data)
        return json_answer(self._pages.upload(path, data, request.caller))

    def _avatar(self, peer_id: str) -> Answer:
        kind, data = self._pages.avatar(peer_id)
        return Answer(body=data, content_type=kind, headers=[("Cache-Control", "no-cache")])

    def _stream(self, request: Request, wanted: Any) -> Answer:
        return stream_answer(
            self._pages, request.caller, wanted, lambda: self._is_over() or request.visitor.is_offline
        )

    def _report(self, request: Request) -> Answer:
        """``{message, file, line, level}``: what went wrong in the page's own script."""
        body = request.body()
        level = body.text("level", "error")
        self._pages.complaints.page_error(
            body.text("message"),
            body.text("file")[:200],
            body.number("line"),
            request.caller,
            level=level if level in ("info", "warn", "error") else "error",
        )
        return json_answer({"status": "noted"})


def _not_here(_request: Request) -> Answer:
    return text_answer(502, "the peer cannot be reached: the preview serves its own site only")
