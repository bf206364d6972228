"""The engine's facade: one list of names, for Python, for mypy and on its page."""

from __future__ import annotations

import ast
import runpy
from collections import Counter
from importlib import import_module
from pathlib import Path

import lua_engine
from lua_engine.exports import HOMES

ROOT = Path(__file__).resolve().parents[2]
PAGE = runpy.run_path(str(ROOT / "packaging/facade_page.py"))


def shown_to_mypy() -> Counter[str]:
    tree = ast.parse((ROOT / "lua_engine/__init__.py").read_text(encoding="utf-8"))
    guard = next(one for one in tree.body if isinstance(one, ast.If))
    return Counter(alias.name for one in guard.body if isinstance(one, ast.ImportFrom) for alias in one.names)


def test_every_name_is_exported_once_and_can_be_had() -> None:
    assert Counter(HOMES.keys()) == shown_to_mypy()
    for name, module in HOMES.items():
        assert getattr(lua_engine, name) is getattr(import_module(module), name) is not None, name


def test_the_page_has_a_line_for_every_name() -> None:
    assert set(PAGE["lines"]()) == set(HOMES), "run: make facade"
    assert [name for name, text in PAGE["lines"]().items() if not text.strip()] == [], "say what it is"
