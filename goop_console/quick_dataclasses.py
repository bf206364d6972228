"""Imported before anything of ours: our dataclasses are made in a fourth of the time, and share their code.

Python 3.11 writes the text of each method of a dataclass and compiles it: 2,000 methods of 340 classes by
the time a site is open, a tenth of all that a start takes. Here the code is compiled once for each shape and
given the names of the class's fields. The methods of ``class Point: x: int; y: int = 0`` have the code of::

    def __init__(self, f0, f1=...):       def __hash__(self):
        put(self, "f0", f0)                   return hash((self.f0, self.f1,))
        put(self, "f1", f1)

with ``x`` for ``f0`` and ``y`` for ``f1``. What is in any way unusual is left to Python, and so is all of it
in another version of Python.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from types import CellType, CodeType, FunctionType, SimpleNamespace
from typing import Any

_python: Any = dataclasses
_init_by_python = _python._init_fn
_NAME = re.compile(r"self\.(\w+)")
_OF_TEMPLATE = re.compile(r"self|put|missing|(?:f|make)\d+")
_NEEDED, _GIVEN, _MADE = "needed", "given", "made"  # a field without default, with one, with a factory


@cache
def _code(text: str) -> CodeType:
    """The code of the one function in ``text``, which stands in ``def outer``."""
    scope: dict[str, Any] = {}
    exec(text, scope)
    made: CodeType = scope["outer"]().__code__
    return made


def _named(code: CodeType, names: Sequence[str]) -> CodeType:
    """``code`` with ``names`` in the place of f0, f1, ..."""
    of = {f"f{place}": name for place, name in enumerate(names)}
    return code.replace(
        co_names=tuple(of.get(one, one) for one in code.co_names),
        co_varnames=tuple(of.get(one, one) for one in code.co_varnames),
        co_consts=tuple(of.get(one, one) if type(one) is str else one for one in code.co_consts),
    )


def _kind(field: Any) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return _MADE
    return _NEEDED if field.default is dataclasses.MISSING else _GIVEN


@cache
def _init_text(made: tuple[bool, ...], is_frozen: bool, is_followed: bool) -> str:
    """``__init__`` of as many fields as ``made`` has members, each saying whether the field has a factory;
    ``is_followed``: by ``__post_init__``.
    """
    outer = ["put=None", "missing=None"]
    lines = []
    for place, is_made in enumerate(made):
        value = name = f"f{place}"
        if is_made:
            outer.append(f"make{place}=None")
            value = f"make{place}() if {name} is missing else {name}"
        lines.append(f'put(self, "{name}", {value})' if is_frozen else f"self.{name} = {value}")
    lines += ["self.__post_init__()"] if is_followed else []
    heads = ", ".join(["self", *(f"f{place}" for place in range(len(made)))])
    body = "".join(f"\n  {line}" for line in lines or ["pass"])
    return f"def outer({', '.join(outer)}):\n def __init__({heads}):{body}\n return __init__"


def _is_plain(fields: Sequence[Any], kinds: Sequence[str]) -> bool:
    """Whether each field is an argument, those without a default first, none named as the template names."""
    names = [one.name for one in fields]
    return (
        all(one._field_type is _python._FIELD and one.init and not one.kw_only for one in fields)
        and not any(_OF_TEMPLATE.fullmatch(name) for name in names)
        and list(kinds) == sorted(kinds, key=lambda kind: kind != _NEEDED)
    )


def _init_fn(
    fields: Any,
    std_fields: Any,
    kw_only_fields: Any,
    frozen: Any,
    has_post_init: Any,
    self_name: Any,
    globals: Any,
    slots: Any,
) -> Any:
    kinds = tuple(map(_kind, fields))
    if kw_only_fields or not _is_plain(fields, kinds):
        return _init_by_python(
            fields, std_fields, kw_only_fields, frozen, has_post_init, self_name, globals, slots
        )
    text = _init_text(tuple(kind == _MADE for kind in kinds), bool(frozen), bool(has_post_init))
    code = _named(_code(text), [one.name for one in fields])
    missing = _python._HAS_DEFAULT_FACTORY
    around = {f"make{place}": one.default_factory for place, one in enumerate(fields)}
    around |= {"put": object.__setattr__, "missing": missing}
    defaults = tuple(
        missing if kind == _MADE else one.default
        for one, kind in zip(fields, kinds, strict=True)
        if kind != _NEEDED
    )
    closure = tuple(CellType(around[name]) for name in code.co_freevars)
    made = FunctionType(code, globals, "__init__", defaults or None, closure or None)
    made.__annotations__ = {**{one.name: one.type for one in fields}, "return": None}
    return made


def _hash_fn(fields: Any, globals: Any) -> Any:
    names = [one.name for one in fields]
    values = "".join(f"self.f{place}, " for place in range(len(names)))
    code = _code(f"def outer():\n def __hash__(self):\n  return hash(({values}))\n return __hash__")
    return FunctionType(_named(code, names), globals, "__hash__")


def _cmp_fn(name: str, op: str, self_tuple: str, _other_tuple: str, globals: Any) -> Any:
    """``self_tuple`` is the text ``(self.x,self.y,)``."""
    names = _NAME.findall(self_tuple)
    mine = "".join(f"self.f{place}, " for place in range(len(names)))
    others = mine.replace("self.", "other.")
    text = (
        f"def outer():\n def {name}(self, other):\n  if other.__class__ is self.__class__:\n"
        f"   return ({mine}) {op} ({others})\n  return NotImplemented\n return {name}"
    )
    return FunctionType(_named(_code(text), names), globals, name)


def _repr_fn(fields: Any, _globals: Any) -> Any:
    names = tuple(one.name for one in fields)

    def __repr__(self: Any) -> str:
        return (
            f"{self.__class__.__qualname__}({', '.join([f'{one}={getattr(self, one)!r}' for one in names])})"
        )

    return _python._recursive_repr(__repr__)


def _frozen_get_del_attr(cls: Any, fields: Any, _globals: Any) -> tuple[Callable[..., None], ...]:
    names = tuple(one.name for one in fields)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __setattr__, __delattr__


if sys.version_info[:2] == (3, 11):
    if not __doc__:  # as in the bundle: Python would write one for each class, in a third of its time
        _python.inspect = SimpleNamespace(signature=lambda _: "")  # the class's name is enough
    _python._init_fn = _init_fn
    _python._hash_fn = _hash_fn
    _python._cmp_fn = _cmp_fn
    _python._repr_fn = _repr_fn
    _python._frozen_get_del_attr = _frozen_get_del_attr
