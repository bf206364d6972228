"""The recipe of the bundle without building it: what the program imports is collected, what is left out is
not imported, and nothing names this machine. The bundle itself is tried by ``make bundle``.
"""

from __future__ import annotations

import ast
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from lua_engine.engine_parts import _PARTS
from lua_engine.exports import HOMES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lua_engine", "goop_console")
IMPORT = re.compile(
    r"^ *(?:from|import) (?P<module>[\w.]+)(?: import (?P<names>\([^)]*\)|.*))?", re.MULTILINE
)
# What stands in for PyInstaller; each takes what the recipe hands it.
STEPS = ("PYZ", "EXE", "COLLECT", "BUNDLE")


def modules_of(package: str) -> list[str]:
    """Every module of one of our packages, by its file."""
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def lua_files(package: str, includes: list[str]) -> list[tuple[str, str]]:
    found = [path for one in includes for path in sorted((ROOT / package).glob(one))]
    return [(str(path), str(path.parent.relative_to(ROOT))) for path in found]


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the recipe after it ran, with ``analysis`` as it was asked for."""
    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_submodules = modules_of  # type: ignore[attr-defined]
    hooks.collect_data_files = lua_files  # type: ignore[attr-defined]
    hooks.copy_metadata = lambda name: [(f"{name}.dist-info", f"{name}.dist-info")]  # type: ignore[attr-defined]
    for name, module in (
        ("PyInstaller", ModuleType("PyInstaller")),
        ("PyInstaller.utils", ModuleType("PyInstaller.utils")),
        ("PyInstaller.utils.hooks", hooks),
    ):
        monkeypatch.setitem(sys.modules, name, module)

    def analysis(scripts: list[str], **asked: Any) -> SimpleNamespace:
        return SimpleNamespace(scripts=scripts, binaries=[], pure=[], asked=asked, datas=[])

    steps: dict[str, Any] = dict.fromkeys(STEPS, lambda *_args, **_options: None)
    names = {"SPECPATH": str(ROOT / "packaging"), "Analysis": analysis, **steps}
    return runpy.run_path(str(ROOT / "packaging/goop-console.spec"), init_globals=names)


def imported_names() -> Iterator[str]:
    """Every module that our code names in an import."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for line in IMPORT.finditer(path.read_text(encoding="utf-8")):
                module, names = line["module"], re.findall(r"\w+", line["names"] or "")
                yield from (module, *(f"{module}.{name}" for name in names))


def test_every_module_is_collected_also_those_that_are_loaded_by_name(recipe: dict[str, Any]) -> None:
    hidden = set(recipe["analysis"].asked["hiddenimports"])
    assert {one for package in PACKAGES for one in modules_of(package)} <= hidden
    assert set(HOMES.values()) | set(_PARTS) | {"lupa.lua52"} <= hidden
    assert all((ROOT / (one.replace(".", "/") + ".py")).is_file() for one in _PARTS)


def test_what_is_left_out_is_imported_by_nobody(recipe: dict[str, Any]) -> None:
    names = set(imported_names())
    left_out = {
        one for one in names for gone in recipe["EXCLUDED"] if one == gone or one.startswith(f"{gone}.")
    }
    assert left_out == set()
    unused = recipe["UNUSED"]
    parts = {name.split(".")[1] for name in names if name.startswith("PySide6.Qt")}
    assert {"QtCore", "QtGui", "QtSvg", "QtWidgets"} <= parts
    for part in parts:
        assert not unused.search(f"PySide6/Qt/lib/lib{part.replace('Qt', 'Qt6', 1)}.so.6"), part
    for plugin in (
        "platforms/libqoffscreen",
        "platforms/libqxcb",
        "imageformats/libqsvg",
        "iconengines/libqsvgicon",
    ):
        assert not unused.search(f"PySide6/Qt/plugins/{plugin}.so"), plugin


def test_resources_and_lua_files_go_along_and_no_path_of_this_machine(recipe: dict[str, Any]) -> None:
    datas = recipe["analysis"].asked["datas"]
    assert (str(ROOT / "resources"), "resources") in datas
    collected = {source for source, _ in datas if source.endswith(".lua")}
    assert collected == {str(path) for path in (ROOT / "lua_engine").rglob("*.lua")}
    assert len(collected) > 20
    wanted = recipe["wanted"]
    kept = wanted([("goop.dist-info/METADATA", "", ""), ("goop.dist-info/direct_url.json", "", "")])
    assert [one[0] for one in kept] == ["goop.dist-info/METADATA"]
    texts = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert [path for path in texts if str(ROOT).encode() in path.read_bytes()] == []


def is_for_the_type_checker(test: ast.expr) -> bool:
    """Whether an assertion only looks at what a name or an attribute is: then it can be left out."""
    calls = [one for one in ast.walk(test) if isinstance(one, ast.Call)]
    named = [one.func.id for one in calls if isinstance(one.func, ast.Name)]
    changes = (ast.NamedExpr, ast.Await, ast.Yield)
    return (
        len(named) == len(calls)
        and set(named) <= {"isinstance", "callable"}
        and not any(isinstance(one, changes) for one in ast.walk(test))
    )


def test_the_bundle_misses_neither_its_docstrings_nor_its_assertions(recipe: dict[str, Any]) -> None:
    """They are left out there."""
    assert recipe["analysis"].asked["optimize"] == 2
    found = []
    for path in sorted(one for package in PACKAGES for one in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert) and not is_for_the_type_checker(node.test):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: an error of its own, no assertion")
            if isinstance(node, ast.Attribute) and node.attr == "__doc__" and path.name != "lazy_part.py":
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: __doc__ is None in the bundle")
    assert found == []


@pytest.mark.parametrize(
    "text", ["make() is not None", "isinstance(one.pop(), int)", "(found := take())", "run(it)"]
)
def test_an_assertion_that_does_something_is_found(text: str) -> None:
    assert not is_for_the_type_checker(ast.parse(text, mode="eval").body)


def test_nothing_runs_before_the_program(recipe: dict[str, Any]) -> None:
    """PyInstaller's hooks would import Qt for each command: 90 ms of a call that has 250."""
    kept = recipe["without_hooks"]([("pyi_rth_pyside6", "", ""), ("launcher", "packaging/launcher.py", "")])
    assert [one[0] for one in kept] == ["launcher"]
    names = set(imported_names())
    assert {
        one for one in names if one.split(".")[0] == "multiprocessing" or one == "inspect.getsource"
    } == set()
