"""One request of a batch as it comes in: a line, its keys, its caller (docs/batch-protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import IO, Any

from goop_console.commands.failure import WrongInput
from goop_console.commands.strict_json import json_object
from lua_engine import Caller, CallerError, CallerRef, Engine, JsonProblem, parse_json

MAX_LINE_BYTES = 16 * 1024 * 1024


class BadRequest(Exception):
    """A request that cannot be understood; the batch goes on. ``request_id`` is its id, as far as it could be
    read.
    """

    def __init__(self, message: str, request_id: Any = None) -> None:
        super().__init__(message)
        self.request_id = request_id


def read_lines(requests: IO[bytes]) -> Iterator[bytes | None]:
    """Lines that are not empty; None for one over the limit, which is read to its end and dropped."""
    while line := requests.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := requests.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def parse_request(line: bytes | None) -> dict[str, Any]:
    """The request in ``line`` (None: one that was too long)."""
    if line is None:
        raise BadRequest(f"the line has more than {MAX_LINE_BYTES // 1024 // 1024} MB")
    try:
        request = parse_json(line)
    except JsonProblem as problem:
        raise BadRequest(f"the line is not JSON: {problem}", _id_of(line)) from None
    if not isinstance(request, dict):
        raise BadRequest("the line must be a JSON object")
    return request


def _id_of(line: bytes) -> Any:
    """The id in a line that is refused, as far as it can be read: whoever asked must know which it was."""
    try:
        request = json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    request_id = request.get("id") if isinstance(request, dict) else None
    is_plain = isinstance(request_id, (str, int)) or (isinstance(request_id, float) and isfinite(request_id))
    return request_id if is_plain else None


def text_of(request: dict[str, Any], key: str) -> str:
    """The string under ``key``."""
    value = request.get(key)
    if not isinstance(value, str):
        raise BadRequest(f"{key} must be a string" if key in request else f"{key} is missing")
    return value


def params_of(request: dict[str, Any]) -> dict[str, Any]:
    """The object under ``params``; an empty one when it is missing or null."""
    params = request.get("params")
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise BadRequest("params must be an object")
    return params


def caller_of(request: dict[str, Any], engine: Engine) -> Caller:
    """``"owner"``, a known peer's id or label, or an object; without an identity there is no call."""
    given = request.get("caller")
    if isinstance(given, str):
        try:
            return engine.peers.find(given)
        except CallerError as error:
            raise BadRequest(f"caller: {error}") from None
    if not isinstance(given, dict):
        raise BadRequest('caller must be "owner", a known peer, or an object {"id", "label", "email"}')
    return caller_from(given)


def caller_from(given: dict[str, Any]) -> Caller:
    """Somebody who need not be known."""
    texts: dict[str, str] = {}
    for key in ("id", "label", "email"):
        text = given.get(key)
        if text is not None and not isinstance(text, str):
            raise BadRequest(f"caller.{key} must be a string")
        texts[key] = text or ""
    if not texts["id"]:
        raise BadRequest("caller.id must be a string that is not empty")
    return Caller(**texts)


def caller_named(engine: Engine, who: str) -> Caller:
    """``who`` as ``--as`` has it: somebody known, a role, a stranger, or an object as in a batch. Raises
    :class:`CallerError` and :class:`WrongInput`.
    """
    if not who.lstrip().startswith("{"):
        return engine.calls.callers.resolve(CallerRef.parse(who))
    try:
        return caller_from(json_object("--as", who))
    except BadRequest as error:
        raise WrongInput(f"--as: {error}") from None
