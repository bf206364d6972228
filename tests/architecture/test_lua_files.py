"""The shape of the Lua files: each of one noun, and the hook has one owner."""

from __future__ import annotations

from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "lua_engine"
LUA_FILES = sorted(ENGINE.glob("*/lua/*.lua"))


def test_only_the_hook_sets_hooks() -> None:
    owners = {path.name for path in LUA_FILES if "sethook" in path.read_text(encoding="utf-8")}
    assert owners == {"hook.lua"}


@pytest.mark.parametrize("path", LUA_FILES, ids=lambda path: path.name)
def test_no_lua_file_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
