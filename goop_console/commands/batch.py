"""``batch``: a line of JSON in, a line of JSON out, in order, one engine for all (docs/batch-protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from goop_console.commands.answers import answer_object, error_object
from goop_console.commands.call import json_object
from lua_engine import Caller, CallerError, Engine, ScriptInfo

MAX_LINE_BYTES = 16 * 1024 * 1024


class BadRequest(Exception):
    """A request that cannot be understood; the batch goes on."""


def run_batch(site: Path, config: str, requests: IO[bytes], answers: IO[str]) -> int:
    """Answer every line of ``requests``; 0 at its end."""
    overrides = json_object("--config", config)
    with Engine.open(site, overrides=overrides, watch=False) as engine:
        batch = Batch(engine)
        for line in _lines(requests):
            answers.write(json.dumps(batch.answer(line), ensure_ascii=True, separators=(", ", ": ")) + "\n")
            answers.flush()
    return 0


def _lines(requests: IO[bytes]) -> Iterator[bytes | None]:
    """Lines that are not empty; None for one over the limit, which is read to its end and dropped."""
    while line := requests.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := requests.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Batch:
    """Answers requests on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._operations: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
            "call": self._call,
            "chat": self._chat,
            "emit": self._emit,
            "functions": lambda request_id, _: _plain(request_id, [_listed(info) for info in engine.functions() if info.version]),
            "commands": lambda request_id, _: _plain(request_id, [_listed(info) for info in engine.commands() if info.version]),
            "reload": self._reload,
            "install": self._install,
        }

    def answer(self, line: bytes | None) -> dict[str, Any]:
        """The answer to one line, whatever it holds (None: a line that was too long)."""
        request_id = None
        try:
            if line is None:
                raise BadRequest(f"the line has more than {MAX_LINE_BYTES // 1024 // 1024} MB")
            request = _parse(line)
            request_id = request.get("id")
            operation = self._operations.get(_text(request, "op"))
            if operation is None:
                raise BadRequest(f"op must be one of {', '.join(self._operations)}, got {json.dumps(request['op'])[:60]}")
            return operation(request_id, request)
        except BadRequest as error:
            return _refused(request_id, str(error))

    def _call(self, request_id: Any, request: dict[str, Any]) -> dict[str, Any]:
        caller = self._caller(request)
        params = request.get("params")
        if params is not None and not isinstance(params, dict):
            raise BadRequest("params must be an object")
        return answer_object(request_id, self._engine.call(_text(request, "function"), params or {}, caller=caller))

    def _chat(self, request_id: Any, request: dict[str, Any]) -> dict[str, Any]:
        return answer_object(request_id, self._engine.chat(_text(request, "text"), caller=self._caller(request)))

    def _emit(self, request_id: Any, request: dict[str, Any]) -> dict[str, Any]:
        results = self._engine.emit(_text(request, "event"), _text(request, "argument"))
        answer = _plain(
            request_id,
            [{"function": result.script, "ok": result.ok, "error": error_object(result.error) if result.error else None} for result in results],
        )
        answer["logs"] = [{"level": line.level, "message": line.message} for result in results for line in result.logs]
        answer["duration_ms"] = round(sum(result.timings.total for result in results) * 1000, 3)
        return answer

    def _reload(self, request_id: Any, _request: dict[str, Any]) -> dict[str, Any]:
        scripts = self._engine.reload()
        broken = [
            {"script": info.name, "kind": info.kind, "state": info.state, "message": info.problem.message, "line": info.problem.line}
            for info in scripts
            if info.problem
        ]
        return _plain(request_id, {"scripts": len(scripts), "broken": broken})

    def _install(self, _request_id: Any, request: dict[str, Any]) -> dict[str, Any]:
        _text(request, "template")
        raise BadRequest("install: this console cannot install templates yet")

    def _caller(self, request: dict[str, Any]) -> Caller:
        """``"owner"``, a known peer's id or label, or an object; without an identity there is no call."""
        given = request.get("caller")
        if isinstance(given, str):
            try:
                return self._engine.resolve_caller(given)
            except CallerError as error:
                raise BadRequest(f"caller: {error}") from None
        if not isinstance(given, dict):
            raise BadRequest('caller must be "owner", a known peer, or an object {"id", "label", "email"}')
        texts = {key: given.get(key) or "" for key in ("id", "label", "email")}
        for key, text in texts.items():
            if not isinstance(text, str):
                raise BadRequest(f"caller.{key} must be a string")
        if not texts["id"]:
            raise BadRequest("caller.id must be a string that is not empty")
        return Caller(**texts)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the line is not JSON: {error}") from None
    if not isinstance(request, dict):
        raise BadRequest("the line must be a JSON object")
    return request


def _text(request: dict[str, Any], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise BadRequest(f"{key} must be a string" if key in request else f"{key} is missing")
    return value


def _listed(info: ScriptInfo) -> dict[str, Any]:
    return {"name": info.name, "description": info.description, "rate_limit": info.rate_limit}


def _plain(request_id: Any, value: Any) -> dict[str, Any]:
    return {"id": request_id, "ok": True, "value": value, "error": None, "logs": [], "call_id": None, "duration_ms": 0.0}


def _refused(request_id: Any, message: str) -> dict[str, Any]:
    error = {"kind": "bad_request", "message": message, "script": None, "line": None, "detail": "", "traceback": ""}
    return {"id": request_id, "ok": False, "value": None, "error": error, "logs": [], "call_id": None, "duration_ms": 0.0}
