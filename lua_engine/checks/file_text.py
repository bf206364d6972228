"""What the files of this room have in common: a version, objects with known keys, errors that name it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.calls.request_json import RequestError, text_at
from lua_engine.checks.model import CheckError

MAX_BYTES = 8 * 1024 * 1024  # of one file
VERSION = 1
"""Of the files; one without a number is of version 1 too."""


def versioned_object(text: str) -> dict[str, Any]:
    """The object in ``text``. Raises :class:`CheckError` when a newer program wrote it."""
    body = json_object(_decoded(text), "the file")
    try:
        check_format(body, VERSION, key="version")
    except UnknownFormat as error:
        raise CheckError(str(error)) from None
    return body


@contextmanager
def naming_the_key() -> Iterator[None]:
    """What is wrong with a request, as an error of the file."""
    try:
        yield
    except RequestError as error:
        raise CheckError(str(error)) from None


def text_under(body: Mapping[str, Any], key: str, place: str, default: str | None = None) -> str:
    with naming_the_key():
        return text_at(body, key, place, default)


def json_object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CheckError(f"{place} must be an object: {{ … }}")
    return value


def refuse_unknown(body: Mapping[str, Any], known: AbstractSet[str], place: str) -> None:
    unknown = sorted(body.keys() - known)
    if unknown:
        raise CheckError(f"{place}{unknown[0]} is not a known key; known are {', '.join(sorted(known))}")


def _decoded(text: str) -> Any:
    try:
        return parse_json(text, max_bytes=MAX_BYTES)
    except JsonProblem as problem:
        raise CheckError(f"not JSON: {problem}") from None


def encoded(body: Mapping[str, Any], name: str) -> bytes:
    try:
        return (json.dumps(body, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()
    except (TypeError, ValueError, RecursionError) as error:  # a surrogate half, bytes, NaN
        raise CheckError(f"{name}: cannot be written as JSON: {error}") from None
