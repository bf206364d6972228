"""Reading JSON that others wrote: one reader, one answer, the same in every place.

Strict means what RFC 8259 means, and more where readers differ: a key that appears twice, NaN and
infinities, numbers past the range of a double, half a surrogate pair, nesting and length past any sense
are all refused. A byte order mark at the beginning is skipped. A problem says line, column and what is
wrong::

    parse_json('{"a": 1,\\n "a": 2}')   ->   JsonProblem: line 2, column 2: the key "a" appears twice
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 200  # levels; far past what people write, and what every walk over a value can take

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_TOKEN = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.)*)"|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<colon>:)'
    r"|(?P<constant>-?Infinity|NaN)|(?P<number>-?[0-9][0-9.eE+-]*)",
    re.DOTALL,
)
_SHOWN = 40  # characters of a key or a number in a message
_WORDS = {
    "Expecting value": "a value is expected here",
    "Expecting property name enclosed in double quotes": 'a key must be in double quotes, like "key"',
    "Illegal trailing comma before end of object": "there is a comma before the end of the object",
    "Illegal trailing comma before end of array": "there is a comma before the end of the array",
    "Expecting ':' delimiter": "a colon is expected here",
    "Expecting ',' delimiter": "a comma is expected here",
    "Unterminated string starting at": "the string that starts here is never closed",
    "Invalid control character at": "a string holds a control character or a line break",
    "Invalid \\escape": "unknown escape",
    "Invalid \\uXXXX escape": "\\u needs four hexadecimal digits",
    "Extra data": "there is something after the end of the value",
}


class JsonProblem(ValueError):
    """A text is not JSON as we read it. ``words`` say what is wrong; ``line`` and ``column`` count from
    1, and ``offset`` is in characters.
    """

    def __init__(self, words: str, text: str, offset: int) -> None:
        self.words = words
        self.offset = offset
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - text.rfind("\n", 0, offset)
        super().__init__(f"line {self.line}, column {self.column}: {words}")


class _Refused(Exception):
    """There is a problem that the reader below did not give a place."""


def parse_json(
    source: str | bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    as_integer: Callable[[str], Any] = int,
    as_real: Callable[[str], Any] = float,
) -> Any:
    """The value in ``source``. ``as_integer`` and ``as_real`` make numbers of their text, which is within the
    range of a double. Raises :class:`JsonProblem`.
    """
    text = decoded(source, max_bytes)
    numbers = _Numbers(as_integer, as_real)
    try:
        value = json.loads(
            text,
            parse_int=numbers.integer,
            parse_float=numbers.real,
            parse_constant=_refuse,
            object_pairs_hook=_unique,
        )
    except (_Refused, RecursionError):
        raise _first_problem(text, max_depth) from None
    except json.JSONDecodeError as error:
        raise JsonProblem(_plain_words(error), text, error.pos) from None
    if _may_be_deep(text, max_depth) or _HALF_PAIR.search(text):
        problem = _find_problem(text, max_depth)
        if problem is not None:
            raise problem
    return value


def parse_json_object(source: str | bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The same for a text that must hold an object."""
    value = parse_json(source, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise JsonProblem(f"a JSON object ({{...}}) is needed here, not {type_name(value)}", "", 0)
    return value


def decoded(source: str | bytes, max_bytes: int = MAX_BYTES) -> str:
    """``source`` as text, without a byte order mark. Raises :class:`JsonProblem` for one that is too long or
    not UTF-8.
    """
    if len(source) > max_bytes:
        raise JsonProblem(f"the text is longer than {_size(max_bytes)}", "", 0)
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8-sig", "replace")
        raise JsonProblem("this is not UTF-8 text; save it in UTF-8", before, len(before)) from None


def type_name(value: Any) -> str:
    """What ``value`` is, in JSON's words."""
    names = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


class _Numbers:
    """Makes numbers of their text, and refuses what no double can hold."""

    def __init__(self, as_integer: Callable[[str], Any], as_real: Callable[[str], Any]) -> None:
        self._as_integer, self._as_real = as_integer, as_real

    def integer(self, text: str) -> Any:
        if len(text) > 300 and math.isinf(float(text)):
            raise _Refused
        return self._as_integer(text)

    def real(self, text: str) -> Any:
        if math.isinf(float(text)):
            raise _Refused
        return self._as_real(text)


def _refuse(_text: str) -> Any:
    raise _Refused


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused
    return found


def _may_be_deep(text: str, max_depth: int) -> bool:
    return text.count("[") + text.count("{") > max_depth


def _first_problem(text: str, max_depth: int) -> JsonProblem:
    problem = _find_problem(text, max_depth)
    return problem or JsonProblem("this is nested too deeply", text, 0)


def _find_problem(text: str, max_depth: int) -> JsonProblem | None:
    """The first thing in ``text`` that Python's reader would take and we do not."""
    keys: list[set[str] | None] = []  # of the objects that are open; None for an array
    is_key = False
    for token in _TOKEN.finditer(text):
        words = ""
        kind, place = token.lastgroup, token.start()
        if kind == "string":
            words = _string_flaw(token[0])
            if is_key and not words:
                words = _key_flaw(token[0], keys[-1])
        elif kind == "open":
            keys.append(set() if token[0] == "{" else None)
            if len(keys) > max_depth:
                words = f"this is nested more than {max_depth} levels deep"
        elif kind == "close" and keys:
            keys.pop()
        elif kind == "constant":
            words = f"{token[0]} is not JSON"
        elif kind == "number" and _is_too_large(token[0]):
            words = f"{token[0][:_SHOWN]} is too large for a number"
        if words:
            return JsonProblem(words, text, place)
        is_key = kind in ("open", "comma") and bool(keys) and keys[-1] is not None
    return None


def _string_flaw(token: str) -> str:
    if not _HALF_PAIR.search(token):
        return ""
    try:
        json.loads(token).encode()
    except UnicodeEncodeError:
        return "the string holds half of a surrogate pair, which is not a character"
    except json.JSONDecodeError:
        return ""  # the reader itself says so
    return ""


def _key_flaw(token: str, known: set[str] | None) -> str:
    try:
        key = json.loads(token)
    except json.JSONDecodeError:
        return ""
    if known is None or key not in known:
        (known if known is not None else set()).add(key)
        return ""
    return f"the key {json.dumps(key, ensure_ascii=False)[: _SHOWN + 2]} appears twice"


def _is_too_large(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:  # no number at all: the reader itself says so
        return False


def _plain_words(error: json.JSONDecodeError) -> str:
    if error.msg == "Expecting value" and error.pos >= len(error.doc.rstrip()):
        return "a value is missing at the end"
    return _WORDS.get(error.msg, error.msg[:1].lower() + error.msg[1:])


def _size(count: int) -> str:
    return f"{count // 2**20} MB" if count >= 2**20 else f"{count // 1024} KB"
