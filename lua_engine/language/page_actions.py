"""Actions that the site's pages ask for, found in their JavaScript::

const todo = Goop.data.api("todo");
await todo("lsit");                            // the function todo has no action lsit
await Goop.data.call("todo", { action: "add" });
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from lua_engine.language.finding import Finding
from lua_engine.scripts.syntax import Place

_QUOTED = r"[\"'`]([\w-]+)[\"'`]"
_API = re.compile(rf"\b(?:const|let|var)\s+(\w+)\s*=\s*(?:\w+\.)*api\(\s*{_QUOTED}\s*\)")
_CALL = re.compile(rf"\bcall\(\s*{_QUOTED}\s*,\s*\{{\s*action\s*:\s*{_QUOTED}")


def page_findings(source: str, actions: Mapping[str, tuple[str, ...]]) -> tuple[Finding, ...]:
    """What is wrong in one JavaScript file. A function that is not in ``actions``, or has none, is left
    alone: it may answer anything.
    """
    return tuple(sorted(_found(source, actions), key=lambda one: one.place))


def _found(source: str, actions: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    for function, action, at, end in _called_actions(source):
        known = actions.get(function, ())
        if known and action not in known:
            near = get_close_matches(action, known, n=1, cutoff=0.6)
            more = f"did you mean {near[0]}?" if near else f"there are {', '.join(known[:12])}"
            message = f"{function} has no action {action}; {more}"
            yield Finding("unknown-action", "warning", message, _place(source, at, end))


def _called_actions(source: str) -> Iterator[tuple[str, str, int, int]]:
    for api in _API.finditer(source):
        name, function = api[1], api[2]
        for call in re.finditer(rf"(?<![\w.]){re.escape(name)}\(\s*{_QUOTED}", source):
            yield function, call[1], call.start(1), call.end(1)
    for call in _CALL.finditer(source):
        yield call[1], call[2], call.start(2), call.end(2)


def _place(source: str, start: int, end: int) -> Place:
    line = source.count("\n", 0, start) + 1
    column = start - (source.rfind("\n", 0, start) + 1)
    return Place(line, column, line, column + end - start)
