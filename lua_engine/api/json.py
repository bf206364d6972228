"""goop.json: decoding is done by Python's parser (bounded), encoding in Lua under the call's own limits."""

from __future__ import annotations

import json
import re
from typing import Any

from lua_engine.api.binding import Host, Param, describe, fail, host_function
from lua_engine.sandbox.limits import MAX_JSON_BYTES

_HALF = re.compile("[\ud800-\udfff]")
_MARK = "\N{REPLACEMENT CHARACTER}"


def _without_halves(value: Any) -> Any:
    """Halves of surrogate pairs, which are no characters, as Goop2 reads them."""
    if isinstance(value, str):
        return _HALF.sub(_MARK, value)
    if isinstance(value, dict):
        return {_HALF.sub(_MARK, key): _without_halves(item) for key, item in value.items()}
    return [_without_halves(item) for item in value] if isinstance(value, list) else value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


@host_function(
    "goop.json.decode",
    Param("text", "bytes"),
    returns="value | nil, err",
    doc="Decodes a JSON text; null becomes nil.",
    errors=("not valid JSON (with the position)", "more than 4 MB", "nested too deep"),
    example="""local obj = goop.json.decode('{"name":"Alice"}')""",
)
def decode(_host: Host, text: bytes) -> Any:
    if len(text) > MAX_JSON_BYTES:
        return fail(f"json: the text has more than {MAX_JSON_BYTES // 1024 // 1024} MB")
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
        return _without_halves(value) if b"\\u" in text else value
    except RecursionError:
        return fail("json: nested too deep")
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError are kinds of it
        return fail(f"json: {error}")


describe(
    "goop.json.encode",
    Param("value", "value"),
    returns="string | nil, err",
    doc="Encodes a value as JSON, keys in order: a table with a positive integer key is an array up to its "
    "largest one (names in it are left out, with a warning on the call), an empty table is [], "
    "any other an object.",
    errors=(
        "a function, coroutine or userdata, with its key path",
        "NaN or infinity",
        "a cycle",
        "too deep, too many, too large",
    ),
    example='local str = goop.json.encode({ name = "Bob" })',
)
