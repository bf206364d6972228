"""Which tables a script opens, and which there are."""

from __future__ import annotations

import json
from pathlib import Path

from lua_engine import Engine

TEXT = """local beds = goop.orm("beds")
local function f() return goop.orm("plants"):find(), goop.config("settings"), goop.orm(name), goop.orm("beds") end
"""


def test_tables_are_named_once_in_the_order_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    with Engine.open(tmp_path, watch=False) as engine:
        assert engine.language.tables_of(TEXT) == ("beds", "plants", "settings")
        assert engine.language.tables_of("function handle() return 1 end") == ()
        assert engine.language.table_names() == frozenset()
