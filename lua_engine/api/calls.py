"""Serves the host functions of one call: arguments in, answers out, by the declarations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from lua_engine.api.binding import Host, HostFunction, Param, Rows
from lua_engine.base.errors import KnownError, ScriptError
from lua_engine.runtime.convert import argument_from_json, lossy_warning
from lua_engine.sandbox.limits import MAX_JSON_BYTES


class RowStream:
    """:class:`Rows` as the bridge wants them."""

    def __init__(self, source: Rows) -> None:
        self.names = source.columns
        self.chunks = source.chunks
        self._close = source.close

    def finish(self) -> None:
        self._close()


_SCALARS = frozenset((bool, int, float))


def _argument(function: HostFunction, param: Param, value: Any) -> Any:
    if param.type == "bytes" and not param.variadic:
        return value
    if len(value) > MAX_JSON_BYTES:
        raise ScriptError(
            f"{function.shown}: {param.name} is larger than {MAX_JSON_BYTES // 1024 // 1024} MB"
        )
    if param.variadic or param.type in ("table", "value"):
        return argument_from_json(value)
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise ScriptError(f"{function.shown}: {param.name} must be UTF-8 text") from None


_ERROR_TEXT = "string?"  # of a function that answers nil, or why it could not


class ServedCalls:
    """What the bridge calls for one run; ``functions`` in the order of their numbers."""

    def __init__(self, host: Host, functions: Sequence[HostFunction]) -> None:
        self._host = host
        self._functions = functions

    def invoke(self, index: int, arguments: tuple[Any, ...], line: int = 0) -> Any:
        """Run function number ``index``, called from ``line`` of the script;
        see ``binding.HostFunction`` for what it may answer.
        """
        function = self._functions[index]
        assert function.function is not None
        self._host.run.line = line
        values = [
            value if value is None or value.__class__ in _SCALARS else _argument(function, param, value)
            for param, value in zip(function.params, arguments, strict=False)
        ]
        try:
            answer = function.function(self._host, *values)
        except (ScriptError, KnownError) as error:
            raise ScriptError(self._without_paths(str(error))) from None
        if isinstance(answer, Rows):
            return RowStream(answer)
        if isinstance(answer, str) and function.returns == _ERROR_TEXT:
            return self._without_paths(answer)
        if isinstance(answer, tuple) and len(answer) == 2 and not answer[0] and isinstance(answer[1], str):
            return answer[0], self._without_paths(answer[1])
        return answer

    def _without_paths(self, message: str) -> str:
        """``message`` as a visitor may see it: files are named, but not where they lie on this machine."""
        services = self._host.services
        for folder in (services.folder.path, services.database.path.parent):
            for place in (str(folder), os.path.realpath(folder)):
                message = message.replace(f"{place}{os.sep}", "").replace(place, "the site folder")
        return message

    def lossy(self, index: int, place: str, value: int) -> None:
        """Warn the call of an integer in an answer that no Lua number holds."""
        shown = self._functions[index].shown + place.removeprefix("the answer")
        self._host.run.warn(lossy_warning(shown, value))
