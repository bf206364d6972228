"""``batch``: a line of JSON in, a line of JSON out, in order, one engine for all (docs/batch-protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from goop_console.commands.answers import answer_line, answer_object, error_object
from goop_console.commands.open_site import open_site
from goop_console.commands.request import BadRequest, caller_of, params_of, parse_request, read_lines, text_of
from goop_console.commands.strict_json import json_object
from goop_console.gallery import find_template
from lua_engine import Engine, ErrorKind, KnownError, Origin, Request, ScriptInfo, TemplateError

Answer = dict[str, Any]


def run_batch(site: Path, config: str, requests: IO[bytes], answers: IO[str]) -> int:
    """Answer every line of ``requests``; 0 at its end."""
    overrides = json_object("--config", config)
    with open_site(site, overrides=overrides) as engine:
        batch = Batch(engine)
        for line in read_lines(requests):
            answers.write(answer_line(batch.answer(line)))
            answers.flush()
    return 0


class Batch:
    """Answers requests on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._operations: dict[str, Callable[[Any, dict[str, Any]], Answer]] = {
            "call": self._call,
            "chat": self._chat,
            "emit": self._emit,
            "functions": lambda request_id, _: _plain(request_id, _listed(engine.scripts.functions())),
            "commands": lambda request_id, _: _plain(request_id, _listed(engine.scripts.commands())),
            "reload": self._reload,
            "install": self._install,
        }

    def answer(self, line: bytes | None) -> Answer:
        """The answer to one line, whatever it holds (None: a line that was too long)."""
        try:
            request = parse_request(line)
        except BadRequest as error:
            return _refused(error.request_id, ErrorKind.BAD_REQUEST, str(error))
        request_id = request.get("id")
        try:
            return self._operation(request)(request_id, request)
        except BadRequest as error:
            return _refused(request_id, ErrorKind.BAD_REQUEST, str(error))
        except TemplateError as error:
            return _refused(request_id, ErrorKind.BAD_REQUEST, str(error))
        except (KnownError, OSError) as error:
            return _refused(request_id, ErrorKind.BUSY, str(error))

    def _operation(self, request: dict[str, Any]) -> Callable[[Any, dict[str, Any]], Answer]:
        name = text_of(request, "op")
        if name not in self._operations:
            raise BadRequest(f"op must be one of {', '.join(self._operations)}, got {json.dumps(name)[:60]}")
        return self._operations[name]

    def _call(self, request_id: Any, line: dict[str, Any]) -> Answer:
        return self._run(request_id, line, Request.call(text_of(line, "function"), params_of(line)))

    def _chat(self, request_id: Any, line: dict[str, Any]) -> Answer:
        return self._run(request_id, line, Request.chat(text_of(line, "text")))

    def _run(self, request_id: Any, line: dict[str, Any], request: Request) -> Answer:
        caller = caller_of(line, self._engine)
        result = self._engine.calls.run(request, caller, counts=True, origin=Origin.COMMAND_LINE)
        return answer_object(request_id, result)

    def _emit(self, request_id: Any, line: dict[str, Any]) -> Answer:
        event, argument = text_of(line, "event"), text_of(line, "argument")
        results = self._engine.calls.emit(event, argument, origin=Origin.COMMAND_LINE)
        answer = _plain(
            request_id,
            [
                {
                    "function": result.script,
                    "ok": result.ok,
                    "error": error_object(result.error) if result.error else None,
                }
                for result in results
            ],
        )
        answer["logs"] = [
            {"level": line.level, "message": line.message} for result in results for line in result.logs
        ]
        answer["duration_ms"] = round(sum(result.timings.total for result in results) * 1000, 3)
        return answer

    def _reload(self, request_id: Any, _request: dict[str, Any]) -> Answer:
        scripts = self._engine.scripts.reload()
        broken = [
            {
                "script": info.name,
                "kind": info.kind,
                "state": info.state,
                "message": info.problem.message,
                "line": info.problem.line,
            }
            for info in scripts
            if info.problem
        ]
        return _plain(request_id, {"scripts": len(scripts), "broken": broken})

    def _install(self, request_id: Any, request: dict[str, Any]) -> Answer:
        template, bundled = find_template(text_of(request, "template"))
        result = self._engine.templates.install(template, bundled=bundled)
        value = {
            "title": result.title,
            "tables": list(result.tables),
            "backup": result.backup,
            "warnings": list(result.warnings),
        }
        answer = _plain(request_id, value)
        if result.seed is not None:
            answer["logs"] = [{"level": line.level, "message": line.message} for line in result.seed.logs]
        return answer


def _listed(scripts: tuple[ScriptInfo, ...]) -> list[dict[str, Any]]:
    """Those that can answer: what never compiled is left out."""
    return [
        {"name": info.name, "description": info.description, "rate_limit": info.rate_limit}
        for info in scripts
        if info.version
    ]


def _plain(request_id: Any, value: Any) -> Answer:
    return {
        "id": request_id,
        "ok": True,
        "value": value,
        "error": None,
        "logs": [],
        "call_id": None,
        "duration_ms": 0.0,
    }


def _refused(request_id: Any, kind: ErrorKind, message: str) -> Answer:
    error = {
        "kind": kind.value,
        "message": message,
        "script": None,
        "line": None,
        "detail": "",
        "traceback": "",
    }
    return {
        "id": request_id,
        "ok": False,
        "value": None,
        "error": error,
        "logs": [],
        "call_id": None,
        "duration_ms": 0.0,
    }
