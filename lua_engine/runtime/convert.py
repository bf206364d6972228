"""Values across the border, on the Python side.

Out of Lua comes JSON text (see ``lua/encode.lua``). Into Lua goes a flat stream of *tokens*: bytes, numbers
and booleans as they are; ``None`` announces an operation: 0 is nil itself, 1 an array of n values, 2 an
object of n pairs, each followed by n; 3 an array of n objects with the same k keys, followed by n, k, the
keys and the values.
"""

from __future__ import annotations

import gc
import json
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import length_hint
from typing import Any, TypeAlias

from lua_engine.sandbox.limits import MAX_DEPTH, MAX_JSON_BYTES, MAX_NODES

Token: TypeAlias = bytes | int | float | bool | None

_MAX_INTEGER = 2**63
_EXACT = 2**53  # up to here a double holds every integer
_LARGE = 1024 * 1024  # bytes of JSON from which it matters how values are made


_parse = json.JSONDecoder().raw_decode  # for texts of the encoder: nothing is before or behind the value


def _as_it_is(value: dict[str, Any]) -> dict[str, Any]:
    return value


# A function of Python that is called for each object lets other threads have the GIL, which the parser keeps
# to its end: 0.1 s for 20 MB, in which the window could not take a key.
_parse_large = json.JSONDecoder(object_hook=_as_it_is).raw_decode


class ConversionError(Exception):
    """A value that has no form on the other side; the message names its key path."""


class _CollectorPause:
    """Keeps the cyclic garbage collector still while somebody is inside.

    Plain data has no cycles, but making a lot of it sets off full collections, each of which stops every
    thread for some 50 ms.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_enabled = False

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._was_enabled = gc.isenabled()
                gc.disable()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._was_enabled:
                gc.enable()


_collector_pause = _CollectorPause()


def result_from_json(text: bytes) -> Any:
    """Plain data of a result, bad UTF-8 replaced; keys in the order of the text (``lua/encode.lua`` sorts
    them, as Goop2's encoder does).
    """
    if len(text) <= _LARGE:
        return _parse(text.decode("utf-8", "replace"))[0]
    with _collector_pause:
        return _parse_large(text.decode("utf-8", "replace"))[0]


def _restore_bytes(value: Any) -> Any:
    if isinstance(value, str):
        return value if not _has_surrogates(value) else value.encode("utf-8", "surrogateescape")
    if isinstance(value, list):
        return [_restore_bytes(item) for item in value]
    if isinstance(value, dict):
        return {key: _restore_bytes(item) for key, item in value.items()}
    return value


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def argument_from_json(text: bytes) -> Any:
    """Plain data of one argument; a string that is not UTF-8 becomes ``bytes``."""
    try:
        return _parse(text.decode("utf-8"))[0]
    except UnicodeDecodeError:
        return _restore_bytes(_parse(text.decode("utf-8", "surrogateescape"))[0])


def scalar_token(value: Any) -> Token:
    """``value`` as it may be pushed into a VM: text as UTF-8 (lone surrogates replaced), integers past 64
    bits as floats.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if type(value) is int and not -_MAX_INTEGER <= value < _MAX_INTEGER:
        return _as_float(value)
    return value  # type: ignore[no-any-return]  # bytes, bool, float, small int or None


Lossy: TypeAlias = Callable[[str, int], None]
"""Hears of an integer that a Lua number cannot hold: its key path, and the integer."""


def is_lossy(value: int) -> bool:
    """Whether a Lua number, which is a double, cannot hold the integer ``value``."""
    return not -_EXACT <= value <= _EXACT and _as_float(value) != value


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class _Flattener:
    """Collects the tokens of one value, within the limits of depth, count and size."""

    def __init__(self, name: str, lossy: Lossy | None) -> None:
        self.tokens: list[Token] = []
        self._name = name
        self._lossy = lossy
        self._path: list[Any] = []  # the keys of the containers that are open; made into a text only on error
        self._nodes = 0
        self._bytes = 0

    def _shown_path(self) -> str:
        return self._name + "".join(
            f"[{key + 1}]" if isinstance(key, int) else f".{str(key)[:60]}" for key in self._path[:20]
        )

    def _refuse(self, problem: str) -> ConversionError:
        return ConversionError(f"cannot convert {self._shown_path()}: {problem}")

    def add(self, value: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refuse(f"more than {MAX_NODES} values")
        if value is None:
            self.tokens += (None, 0)
        elif isinstance(value, (str, bytes)):
            self._add_text(value)
        elif isinstance(value, bool):
            self.tokens.append(value)
        elif isinstance(value, (int, float)):
            self._add_number(value)
        elif isinstance(value, dict):
            self._add_object(value)
        elif isinstance(value, (list, tuple)):
            self._add_array(value)
        else:
            raise self._refuse(f"a {type(value).__name__} cannot be passed to Lua")

    def _add_text(self, value: str | bytes) -> None:
        token = value.encode("utf-8", "replace") if isinstance(value, str) else value
        self._bytes += len(token)
        if self._bytes > MAX_JSON_BYTES:
            raise self._refuse(f"more than {MAX_JSON_BYTES // 1024 // 1024} MB of text")
        self.tokens.append(token)

    def _add_number(self, value: float) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refuse("NaN and infinity are not JSON numbers")
        if self._lossy is not None and isinstance(value, int) and is_lossy(value):
            self._lossy(self._shown_path(), value)
        self.tokens.append(scalar_token(value))

    def _open(self, operation: int, count: int) -> None:
        if len(self._path) >= MAX_DEPTH:
            raise self._refuse(f"nested deeper than {MAX_DEPTH}")
        self.tokens += (None, operation, count)
        self._path.append(None)

    def _add_array(self, value: Sequence[Any]) -> None:
        self._open(1, len(value))
        for index, item in enumerate(value):
            self._path[-1] = index
            self.add(item)
        self._path.pop()

    def _add_object(self, value: dict[Any, Any]) -> None:
        self._open(2, len(value))
        for key, item in value.items():
            self._path[-1] = key
            if not isinstance(key, str):
                self._path.pop()
                raise self._refuse(f"a key must be a string, got {type(key).__name__}")
            self._add_text(key)
            self.add(item)
        self._path.pop()


class _Unusual(Exception):
    """A value that the quick way does not take; :class:`_Flattener` finds out what is to be said of it."""


def _add_items(items: Iterable[Any], tokens: list[Token], depth: int) -> None:
    """The tokens of ``items``, which are inside ``depth`` containers."""
    add = tokens.append
    for item in items:
        kind = item.__class__
        if kind is str:
            add(item.encode())
        elif kind is int:
            if not -_EXACT <= item <= _EXACT:
                raise _Unusual
            add(item)
        elif kind is bool or kind is bytes:
            add(item)
        elif kind is float:
            if item - item != 0.0:  # infinite or not a number
                raise _Unusual
            add(item)
        elif item is None:
            tokens += (None, 0)
        elif kind is dict:
            _add_dict(item, tokens, depth + 1)
        elif kind is list or kind is tuple:
            _add_list(item, tokens, depth + 1)
        else:
            raise _Unusual


def _add_dict(value: dict[Any, Any], tokens: list[Token], depth: int) -> None:
    if depth > MAX_DEPTH or len(tokens) > 2 * MAX_NODES:
        raise _Unusual
    tokens += (None, 2, len(value))
    for key, item in value.items():
        tokens.append(key.encode())
        kind = item.__class__  # most are these: no call for one item
        if kind is str:
            tokens.append(item.encode())
        elif kind is bool or kind is bytes or (kind is int and -_EXACT <= item <= _EXACT):
            tokens.append(item)
        else:
            _add_items((item,), tokens, depth)


def _add_list(value: Sequence[Any], tokens: list[Token], depth: int) -> None:
    if depth > MAX_DEPTH or len(tokens) > 2 * MAX_NODES:
        raise _Unusual
    keys = _common_keys(value)
    if not keys:
        tokens += (None, 1, len(value))
        _add_items(value, tokens, depth)
        return
    if depth == MAX_DEPTH:
        raise _Unusual
    tokens += (None, 3, len(value), len(keys))
    tokens += [key.encode() for key in keys]
    _add_items(chain.from_iterable(map(dict.values, value)), tokens, depth + 1)


def _common_keys(value: Sequence[Any]) -> tuple[str, ...]:
    """The keys that all of ``value`` have, in their order, when it is several objects alike."""
    if len(value) < 2 or value[0].__class__ is not dict:
        return ()
    keys = tuple(value[0])
    for one in value:
        if one.__class__ is not dict or tuple(one) != keys:
            return ()
    return keys


def _quick_tokens(value: Any) -> list[Token] | None:
    """The tokens of a value with nothing to be said of it; None: it needs a closer look."""
    tokens: list[Token] = []
    try:
        _add_items((value,), tokens, 0)
    except (_Unusual, UnicodeEncodeError, AttributeError):  # the last: a key that is no text
        return None
    if len(tokens) > MAX_NODES or text_bytes(tokens) > MAX_JSON_BYTES:
        return None
    return tokens


def text_bytes(tokens: Sequence[Token]) -> int:
    """Bytes of the texts among ``tokens``."""
    return sum(map(length_hint, tokens))  # nothing but bytes has a length here


def flatten(value: Any, name: str, lossy: Lossy | None = None) -> list[Token]:
    """The tokens of plain JSON data (bytes allowed). ``name`` begins the key path in errors."""
    tokens = _quick_tokens(value)
    if tokens is not None:
        return tokens
    flattener = _Flattener(name, lossy)
    flattener.add(value)
    return flattener.tokens


class Ready:
    """A value that was made into tokens, ``size`` bytes of text, and may be an answer many times: the tokens
    stay as they are.
    """

    __slots__ = ("size", "tokens")

    def __init__(self, tokens: Sequence[Token], size: int) -> None:
        self.tokens = tokens
        self.size = size


def ready(value: Any) -> Any:
    """:class:`Ready` for plain data; ``value`` itself when there is something to say of it at each use."""
    tokens = _quick_tokens(value)
    return value if tokens is None else Ready(tokens, text_bytes(tokens))


@lru_cache(maxsize=512)
def _encoded(names: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(name.encode("utf-8", "replace") for name in names)


def ready_row(names: tuple[str, ...], cells: Sequence[Any]) -> Ready | None:
    """A row whose texts are bytes, as an object; None when there is something to say of it."""
    tokens: list[Token] = [None, 2, len(cells)]
    for name, cell in zip(_encoded(names), cells, strict=True):
        kind = cell.__class__
        if kind is bytes or (kind is int and -_EXACT <= cell <= _EXACT):
            tokens += (name, cell)
        elif cell is None:
            tokens += (name, None, 0)
        elif kind is float and cell - cell == 0.0:  # neither infinite nor not a number
            tokens += (name, cell)
        else:
            return None
    size = text_bytes(tokens)
    return Ready(tokens, size) if size <= MAX_JSON_BYTES else None


def lossy_warning(place: str, value: int) -> str:
    """What the call is warned of: ``place`` is a key path, or a table and a column."""
    return f"{place} is {value}, which no Lua number holds: the script sees {_as_float(value):.0f}"
