"""Completion offers the fields of ``request.params`` that real calls brought; names alone are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lua_engine import Engine, Origin, Request

BOARD = """local function add(params) return params end
local dispatch = goop.route({ add = add })
function call(request) return dispatch(request) end
"""
PLAIN = "function call(request) return request.params end\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    functions = tmp_path / "site/lua/functions"
    functions.mkdir(parents=True)
    (tmp_path / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    (functions / "board.lua").write_text(BOARD)
    (functions / "plain.lua").write_text(PLAIN)
    return tmp_path


def offered(engine: Engine, source: str) -> list[str]:
    text = source.replace("return params end", "return params. end")
    text = text.replace("request.params", "request.params.")
    line = next(at for at, one in enumerate(text.split("\n"), 1) if "params." in one)
    column = text.split("\n")[line - 1].index("params.") + len("params.")
    found = engine.language.complete("function", text, line, column)
    return [one.text for one in found if one.kind == "param"]


def test_what_real_calls_sent_is_offered_to_their_function(site: Path) -> None:
    with Engine.open(site) as engine:
        assert offered(engine, BOARD) == []
        params = {"action": "add", "title": "x", "due": 1, "not a name": 1, "x" * 99: 1, "ä": 2}
        engine.calls.call("board", params, caller=engine.owner)
        engine.calls.call("plain", {"colour": "red"}, caller=engine.owner)
        for name, options in (("tried", {"is_dry": True}), ("checked", {"origin": Origin.CHECK})):
            request = Request.call("board", {"action": "add", name: 1})
            engine.calls.run(request, engine.owner, **options)

        assert offered(engine, BOARD) == ["title", "due"]
        assert offered(engine, PLAIN) == ["colour"]


def test_calls_of_earlier_starts_count_and_a_look_makes_no_history(site: Path) -> None:
    with Engine.open(site) as engine:
        assert offered(engine, BOARD) == []
        assert not (site / ".goop-console/history.db").exists()
        engine.history.add(engine.calls.call("board", {"action": "add", "title": "x"}, caller=engine.owner))
    with Engine.open(site) as engine:
        assert offered(engine, BOARD) == ["title"]


def test_the_names_are_bounded(site: Path) -> None:
    with Engine.open(site) as engine:
        offered(engine, PLAIN)
        engine.calls.call("plain", {f"field{at}": at for at in range(200)}, caller=engine.owner)
        assert len(offered(engine, PLAIN)) == 60
