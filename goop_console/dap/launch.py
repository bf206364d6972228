"""The call that a ``launch`` asks for: the keys of a configuration, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lua_engine import CallerRef, KnownError, Request

_KINDS = {
    "function": str,
    "chat": str,
    "event": str,
    "as": str,
    "live": bool,
    "stopOnEntry": bool,
    "record": bool,
}


class LaunchError(KnownError):
    """A configuration that cannot be launched; names the key."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What is called, by whom, and how."""

    request: Request
    caller: CallerRef
    is_dry: bool
    stops_at_entry: bool
    records: bool


def launch_from(arguments: dict[str, Any]) -> Launch:
    """The call in a configuration: ``function`` and ``params``, or ``chat``, or ``event`` and ``argument``.
    Raises :class:`LaunchError`.
    """
    for name, kind in _KINDS.items():
        if name in arguments and not isinstance(arguments[name], kind):
            raise LaunchError(f"{name} must be {'text' if kind is str else 'true or false'}")
    is_dry = not arguments.get("live", False)
    try:
        caller = CallerRef.parse(arguments.get("as", "owner"))
    except KnownError as error:
        raise LaunchError(f"as: {error}") from error
    return Launch(
        _request(arguments),
        caller,
        is_dry,
        arguments.get("stopOnEntry", False),
        arguments.get("record", is_dry),
    )


def _request(arguments: dict[str, Any]) -> Request:
    given = [name for name in ("function", "chat", "event") if arguments.get(name)]
    if len(given) != 1:
        raise LaunchError("a configuration needs function, chat or event: what to call")
    if given == ["function"]:
        return Request.call(arguments["function"], arguments.get("params", {}))
    if given == ["chat"]:
        return Request.chat(arguments["chat"])
    return Request.event(arguments["event"], str(arguments.get("argument", "")))
