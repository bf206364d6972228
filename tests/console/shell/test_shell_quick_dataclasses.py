"""Dataclasses are the same, whoever makes them: Python or ``goop_console/quick_dataclasses.py``."""

from __future__ import annotations

import copy
import dataclasses
import importlib.util
import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import goop_console.quick_dataclasses as quick

IS_QUICK = sys.version_info[:2] == (3, 11)
TELL = """
import dataclasses, inspect, pkgutil, sys, importlib
import goop_console, lua_engine
for package in (lua_engine, goop_console):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
def told(value):
    return type(value).__name__ if callable(value) else repr(value)
ours = [
    value for name, module in sorted(sys.modules.items()) if name.startswith(("goop_console", "lua_engine"))
    for value in vars(module).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == name
]
for one in ours:
    own = vars(one)
    init = one.__init__
    print(one.__module__, one.__qualname__, one.__doc__, inspect.signature(one), init.__qualname__)
    print(init.__annotations__, [told(each) for each in init.__defaults__ or ()], init.__kwdefaults__)
    print(sorted(name for name in own), one.__match_args__, one.__hash__ is None, own.get("__slots__"))
"""


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    """A second copy of Python's module, which nobody has changed."""
    spec = importlib.util.spec_from_file_location("plain_dataclasses", dataclasses.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plain_dataclasses"] = module
    spec.loader.exec_module(module)
    return module


def told(first: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", first + TELL], capture_output=True, text=True, timeout=300, check=True
    )
    return re.sub(r" at 0x[0-9a-f]+", "", done.stdout).splitlines()


def test_all_dataclasses_of_ours_are_those_that_python_makes() -> None:
    made = told("import goop_console.quick_dataclasses\n")
    assert len(made) > 900
    # goop_console.app imports it: here an empty module stands in its place
    without = "import sys, types\nsys.modules['goop_console.quick_dataclasses'] = types.ModuleType('none')\n"
    assert made == told(without)


def test_without_docstrings_none_are_written() -> None:
    """The bundle runs so: what a signature is would be asked for each of 340 classes."""
    code = (
        "import goop_console.quick_dataclasses, dataclasses\n"
        "@dataclasses.dataclass(frozen=True)\nclass One:\n    name: str\n"
        "print(One.__doc__, One('a'))"
    )
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "One One(name='a')\n"


@pytest.mark.skipif(not IS_QUICK, reason="another Python makes its dataclasses itself")
def test_without_docstrings_nothing_is_raised() -> None:
    """Debian's 3.11.2, which the bundle may be made with, catches nothing there: no program began."""
    code = "import goop_console.quick_dataclasses, dataclasses\nprint([dataclasses.inspect.signature(int)])"
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['']\n"


@pytest.mark.skipif(not IS_QUICK, reason="another Python makes its dataclasses itself")
def test_it_is_what_makes_them() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class One:
        name: str
        size: int = 0

    @dataclasses.dataclass(frozen=True, slots=True)
    class Other:
        where: str
        what: int = 1

    assert One.__eq__.__code__.co_code == Other.__eq__.__code__.co_code
    assert One.__setattr__.__code__ is Other.__setattr__.__code__
    assert dataclasses._init_fn is quick._init_fn  # type: ignore[attr-defined]


NAMES = [
    "a",
    "b",
    "name",
    "f0",
    "f1",
    "put",
    "missing",
    "self",
    "make0",
    "hash",
    "other",
    "value",
    "cls",
    "é",
]
KINDS = ["needed", "given", "made", "no_init", "no_compare", "no_repr", "kw_only", "class"]


@st.composite
def _shapes(draw: st.DrawFn) -> tuple[list[tuple[str, str]], dict[str, bool], bool]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    fields = [(name, draw(st.sampled_from(KINDS))) for name in names]
    switches = {
        one: draw(st.booleans()) for one in ("frozen", "slots", "eq", "order", "unsafe_hash", "kw_only")
    }
    return fields, switches, draw(st.booleans())


def _make(module: Any, fields: list[tuple[str, str]], switches: dict[str, bool], is_followed: bool) -> type:
    how: dict[str, Callable[[], Any]] = {
        "given": lambda: 7,
        "made": lambda: module.field(default_factory=list),
        "no_init": lambda: module.field(init=False, default=3),
        "no_compare": lambda: module.field(compare=False),
        "no_repr": lambda: module.field(repr=False),
        "kw_only": lambda: module.field(kw_only=True),
        "class": lambda: 9,
    }
    body: dict[str, Any] = {name: how[kind]() for name, kind in fields if kind in how}
    body["__annotations__"] = {name: ClassVar[int] if kind == "class" else int for name, kind in fields}
    body |= {"__module__": __name__, "__qualname__": "Some"}
    if is_followed:
        body["__post_init__"] = lambda self: CALLED.append(type(self).__name__)
    made: type = module.dataclass(**switches)(type("Some", (), body))
    return made


CALLED: list[str] = []


def _outcome(act: Callable[[], Any]) -> Any:
    """What came of it, in words: an error with its text, or the answer."""
    try:
        return repr(act())
    except Exception as error:  # noqa: BLE001  # both sides must fail alike
        return type(error).__name__, str(error)


def _set(one: Any, name: str) -> None:
    setattr(one, name, 5)


def _behaviour(module: Any, shape: tuple[Any, ...], values: list[int]) -> list[Any]:
    CALLED.clear()
    made: Any = None

    def make() -> str:
        nonlocal made
        made = _make(module, *shape)
        return str(inspect.signature(made))

    seen = [_outcome(make)]
    if made is None:
        return seen
    names = [name for name, _ in shape[0]]
    for count in range(len(values) + 1):
        seen.append(_outcome(lambda count=count: made(*values[:count])))
    by_name = dict(zip(names, values, strict=False))
    seen.append(_outcome(lambda: made(**by_name)))
    try:
        one, other = made(**by_name), made(**dict.fromkeys(by_name, 1))
    except TypeError:
        return [*seen, list(CALLED)]
    for act in (
        lambda: (one == made(**by_name), one == other, one != other, one == 3, one < other, one >= other),
        lambda: hash(one) == hash(made(**by_name)),
        lambda: made.__hash__ is object.__hash__ or hash(one),
        lambda: [_outcome(lambda name=name: _set(one, name)) for name in [*names, "new"]],
        lambda: [_outcome(lambda name=name: delattr(other, name)) for name in [*names, "new"]],
        lambda: copy.copy(one),
        lambda: module.replace(one, **by_name),
        lambda: module.asdict(one),
        lambda: made.__init__.__annotations__,
        lambda: (made.__match_args__, made.__doc__, made.__init__.__qualname__),
    ):
        seen.append(_outcome(act))
    return [*seen, list(CALLED)]


@given(shape=_shapes(), values=st.lists(st.integers(), min_size=6, max_size=6))
def test_any_dataclass_behaves_as_python_s(plain: ModuleType, shape: Any, values: list[int]) -> None:
    assert _behaviour(dataclasses, shape, values) == _behaviour(plain, shape, values)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """At the top of a module, so that it can be pickled."""

    name: str
    parts: list[Any] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Longer(Kept):
    size: int = 0


def test_a_kept_one_comes_back_and_one_that_holds_itself_is_told() -> None:
    one = Longer("a", [1], 2)
    assert pickle.loads(pickle.dumps(one)) == one
    one.parts.append(one)
    assert repr(one) == "Longer(name='a', parts=[1, ...], size=2)"
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        one.name = "b"  # type: ignore[misc]
    assert Kept("a") != Longer("a")
    assert Longer("x").parts is not Longer("x").parts
