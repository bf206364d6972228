"""An attribute that is made when somebody first asks for it: what one call needs is imported, and no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
_lock = threading.RLock()  # a part may ask for another while it is made


class LazyPart(Generic[T]):
    """``name = LazyPart(make)`` in a class: ``make(owner)`` runs once for each owner, whichever thread asks.

    The value is kept in the owner's ``__dict__``, where later look-ups find it without coming here::

        class Engine:
            @LazyPart
            def pages(self) -> Pages:
                from lua_engine.pages.pages import Pages

                return Pages(self)
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__
        self._name = ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> LazyPart[T]: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> LazyPart[T] | T:
        if owner is None:
            return self
        with _lock:
            if self._name not in owner.__dict__:
                owner.__dict__[self._name] = self._make(owner)
            made: T = owner.__dict__[self._name]
        return made

    def is_made(self, owner: object) -> bool:
        """Whether somebody has asked for it."""
        return self._name in owner.__dict__
