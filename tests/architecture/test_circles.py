"""No two modules need each other, not even for their annotations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("lua_engine", "goop_console")


def _modules() -> dict[str, Path]:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Module and name of each ``from module import name`` at the top of a module, TYPE_CHECKING included."""
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, (ast.If, ast.Try)):
            waiting.extend(ast.iter_child_nodes(node))


def test_no_circle_of_modules() -> None:
    modules = _modules()
    needs = {
        name: {
            target
            for module, part in _imports(ast.parse(path.read_text(encoding="utf-8")))
            for target in (f"{module}.{part}" if f"{module}.{part}" in modules else module,)
            if target in modules and target != name
        }
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' needs '.join(reversed(error.args[1]))}")
