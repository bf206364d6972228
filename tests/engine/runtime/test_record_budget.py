"""What a call leaves behind has a bound in bytes, and says what it left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lua_engine import CallResult
from lua_engine.runtime.context import MAX_RECORD_BYTES, size_of

ARGS = """
local a = {} for i = 1, 240 do a[i] = ('x'):rep(4090) .. i end
for i = 1, 60 do goop.db.query('SELECT 1', unpack(a)) end
return 'done'"""
MESSAGES = """
local id = goop.group.create('Club', 'chat')
local text = ('y'):rep(500000)
for i = 1, 60 do goop.group.send(id, {text = text}) end
return 'done'"""
MANY = "for i = 1, 1200 do goop.db.query('SELECT 1') end return 'done'"


def kept(result: CallResult) -> int:
    statements = sum(len(one.sql) + size_of(one.args) for one in result.sql)
    return statements + sum(len(one.text) + size_of(one.detail) for one in result.effects)


@pytest.mark.parametrize("body", [ARGS, MESSAGES])
def test_a_record_is_bounded_in_bytes(run_lua: Callable[..., Any], body: str) -> None:
    result = run_lua(body, lua={"timeout_seconds": 20, "max_memory_mb": 64})
    assert result.value == "done", result.error
    assert kept(result) <= MAX_RECORD_BYTES
    assert kept(result) > MAX_RECORD_BYTES // 4 or body is MESSAGES
    assert body is MESSAGES or any("more than 8 MB of SQL" in one for one in result.warnings)


def test_the_thousandth_statement_is_the_last_that_is_listed(run_lua: Callable[..., Any]) -> None:
    result = run_lua(MANY, lua={"timeout_seconds": 20})
    assert len(result.sql) == 1000
    assert "more than 1,000 SQL statements: the later ones are not listed" in result.warnings
