"""``@host_function``: one description of a function that scripts call, and many uses of it.

From a :class:`HostFunction` come the argument checks (in Lua, see ``runtime/lua/boot.lua``),
``docs/lua-api.md``, ``goop.d.lua`` and completion. The Python function itself takes the :class:`Host` and
plain Python values, and answers with plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from lua_engine.api.services import Services
    from lua_engine.runtime.context import RunContext

# What a parameter may be. "string", "number" and "boolean" cross as they are; "table" and "value" cross as
# JSON text and arrive as plain Python data (a string in them that is not UTF-8 arrives as bytes).
ParamType = Literal["string", "bytes", "number", "boolean", "table", "value"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. ``variadic`` takes the rest of the arguments as a list (only the last may be)."""

    name: str
    type: ParamType
    optional: bool = False
    variadic: bool = False
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """What a host function is given: the call it serves, and the site's services."""

    run: RunContext
    services: Services


Chunks = Iterator[tuple[bool, list[Any], int]]
"""Cells of whole rows, ready to be pushed: whether more follow, the cells, and the bytes of their texts."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way into Lua, as an array of tables; they are pulled in chunks while Lua builds them.
    Without ``columns`` they are single values.

    ``close`` is called at the end, also when the call dies half-way.
    """

    columns: Sequence[str]
    chunks: Chunks
    close: Callable[[], None] = lambda: None


def fail(message: str) -> tuple[None, str]:
    """The ``nil, "message"`` answer of calls that can fail."""
    return None, message


@dataclass(frozen=True, slots=True)
class HostFunction:
    """Everything about one function that scripts can call.

    ``name`` is ``goop.kv.get`` for a function installed there as it is; a name without ``goop.``
    (``orm.find``) is for the glue in ``api/lua`` only, and ``shown`` is then what scripts call it
    (``goop.orm:find``). A tuple answer becomes several Lua results; anything else is one. :class:`Rows`
    come alone.
    """

    name: str
    function: Callable[..., Any] | None  # None: written in Lua, only described here
    params: tuple[Param, ...]
    returns: str
    doc: str
    errors: tuple[str, ...]
    example: str
    shown: str
    is_internal: bool = (
        False  # for the glue alone: `shown` is for error messages, another declaration describes it
    )
    is_field: bool = False  # a value, not a function; `returns` is its type

    @property
    def shown_params(self) -> tuple[Param, ...]:
        """The parameters as scripts write them: the glue adds a handle's table."""
        return (
            self.params[1:]
            if ":" in self.shown and self.params and self.params[0].name == "table"
            else self.params
        )

    @property
    def is_public(self) -> bool:
        return self.name.startswith("goop.")


REGISTRY: dict[str, HostFunction] = {}
"""Functions that are served by Python, in the order of their numbers at the border."""

DESCRIBED: dict[str, HostFunction] = {}
"""Functions of the glue, for documentation, types and completion."""


def host_function(
    name: str,
    *params: Param,
    returns: str = "nil",
    doc: str,
    errors: Sequence[str] = (),
    example: str = "",
    shown: str = "",
    internal: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated ``function(host, *params)`` under ``name``."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        if name in REGISTRY:
            raise ValueError(f"host function {name} is declared twice")
        REGISTRY[name] = HostFunction(
            name, function, params, returns, doc, tuple(errors), example, shown or name, is_internal=internal
        )
        return function

    return register


def describe(
    name: str,
    *params: Param,
    returns: str = "nil",
    doc: str,
    errors: Sequence[str] = (),
    example: str = "",
    shown: str = "",
) -> None:
    """Register the description of a function that is written in Lua (``api/lua``)."""
    if name in DESCRIBED:
        raise ValueError(f"{name} is described twice")
    DESCRIBED[name] = HostFunction(name, None, params, returns, doc, tuple(errors), example, shown or name)


def describe_field(name: str, kind: str, doc: str, example: str) -> None:
    """Register the description of a value that scripts find in ``goop``; ``kind`` is its type."""
    if name in DESCRIBED:
        raise ValueError(f"{name} is described twice")
    DESCRIBED[name] = HostFunction(name, None, (), kind, doc, (), example, name, is_field=True)
