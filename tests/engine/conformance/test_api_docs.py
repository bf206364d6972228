"""The descriptions of the API are true: docs/lua-api.md, goop.d.lua, every example, and what a script really
finds in ``goop``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine.api.binding import HostFunction
from lua_engine.api.catalog import load_glue
from lua_engine.api.reference import all_functions, definitions, markdown, signature
from lua_engine.testing import Scenario, SiteSpec, open_site, run_scenario
from tests.engine.conformance.sites import ANN

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = all_functions()
NAMES = [function.shown for function in FUNCTIONS]


NO_EXAMPLE = {"goop.transform": "whatever is called there raises"}
FAILS_HERE = {
    "goop.http.get": "there is no network in a test; http is disabled on this site, which is a documented error",
    "goop.http.post": "as goop.http.get",
    "goop.listen.load": "the example's path is nobody's file",
}


def columns(*names: str, **types: str) -> dict[str, Any]:
    listed = [{"name": name, "type": "text"} for name in names] + [
        {"name": name, "type": kind} for name, kind in types.items()
    ]
    return {
        "system_key": True,
        "columns": listed,
        "roles": {"coauthor": {"read": True}},
        "access": {"read": "group"},
    }


NUMBERS = dict.fromkeys(
    ("published", "score", "active", "draft", "archived", "position", "column_id"), "integer"
)
SITE = SiteSpec(
    commands={"hello": "--- Says hello\nfunction handle() end"},
    schemas={
        "posts": columns("title", "slug", "body", "category", **NUMBERS),
        "cards": columns("title", position="integer", column_id="integer"),
        "settings": columns("key", "value"),
        "responses": columns("text"),
        "games": columns("turn"),
    },
    manifest={"name": "Club", "default_role": "viewer"},
    files={"config.json": "{}"},
    peers=(ANN,),
    lua={"http_enabled": False},
)

# The local names that examples use, as a script has them by then.
NAMED = """
goop.db.exec("INSERT INTO posts (_id, _owner, title, slug) VALUES (42, ?, 'Answer', 'hello')", goop.peer.id)
goop.db.exec("INSERT INTO games (_id, _owner, turn) VALUES (1, ?, 'X')", goop.peer.id)
local posts, cards = assert(goop.orm("posts")), assert(goop.orm("cards"))
local cfg = assert(goop.config("settings", { theme = "light" }))
local room = assert(goop.chat.create("Room", "", 0, ""))
local gid = goop.group.create("Room A", "files")
local peer_id, group_id, game_id, col_id, pos = "peer-ann", room.id, 1, 1, 0
goop.group.add(gid, peer_id)
local err
"""
LISTENING = 'goop.listen.create("S") goop.listen.load("http://radio.example/stream.mp3")\n'


def example(function: HostFunction) -> str:
    setup = NAMED
    if function.shown.startswith("goop.listen.") and function.shown != "goop.listen.create":
        setup += LISTENING
    return f"{setup}do\n{function.example}\nif err then error(err, 0) end\nend"


def test_the_reference_is_up_to_date() -> None:
    assert (ROOT / "docs/lua-api.md").read_text(encoding="utf-8") == markdown(), "run: make api-docs"


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_every_function_is_described(function: HostFunction) -> None:
    assert function.doc
    assert function.returns
    assert all(param.name.isidentifier() for param in function.params)


def test_every_function_has_an_example() -> None:
    assert [
        function.shown for function in FUNCTIONS if not function.example and function.shown not in NO_EXAMPLE
    ] == []


def test_examples_show_the_function_that_they_explain() -> None:
    last = {
        function.shown: re.split(r"[.:]", function.shown)[-1] for function in FUNCTIONS if function.example
    }
    assert [
        function.shown
        for function in FUNCTIONS
        if function.example and last[function.shown] not in function.example
    ] == []


@pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS if one.example], ids=[one.shown for one in FUNCTIONS if one.example]
)
def test_every_example_runs(function: HostFunction) -> None:
    lua_text = example(function)
    if function.shown in FAILS_HERE:
        lua_text = lua_text.replace("if err then error(err, 0) end", "assert(type(err) == 'string')")
    run_scenario(Scenario(function.shown, SITE, lua=lua_text))


def test_the_definitions_are_lua_and_name_every_function() -> None:
    text = definitions()
    runtime = lua.LuaRuntime(register_eval=False)
    compiles = runtime.execute("return function(text) return (load(text, 'goop.d.lua', 't')) ~= nil end")
    assert compiles(text)
    for name in NAMES:
        if name.startswith("goop."):
            assert re.search(rf"(?m)^(?:function )?{re.escape(name)}\b", text), name


def test_the_definitions_annotate_the_parameters_that_they_declare() -> None:
    for block in definitions().split("\n\n"):
        declared = re.search(r"(?m)^function \S+?\((.*)\) end$", block)
        if declared:
            annotated = re.findall(r"(?m)^---@param (\S+?)\?? ", block)
            assert annotated == [name for name in declared[1].split(", ") if name], block


def test_types_are_written_beside_the_scripts() -> None:
    with open_site(SITE) as engine:
        path = engine.scripts.write_types()
        assert path == engine.site.lua_dir / "goop.d.lua"
        assert path.read_text(encoding="utf-8") == definitions()
        assert all(info.name != "goop.d" for info in engine.scripts.reload()), "the definitions are no script"


# What a script finds
# ---------------------------------------------------------------------------------------------------

WALK = """
local found, seen = {}, {}
local function walk(path, value)
  found[path] = type(value)
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  for key, inner in pairs(value) do if type(key) == "string" then walk(path .. "." .. key, inner) end end
end
walk("goop", goop)
for _, name in ipairs(request.params.names) do -- what pairs does not show
  local value = _G
  for word in name:gmatch("%a[%w_]*") do
    if word == "transform" then value = nil break end
    value = type(value) == "table" and value[word] or nil
  end
  if value ~= nil then found[name] = type(value) end
end
local posts, cfg = goop.orm("posts"), goop.config("settings")
for _, word in ipairs(request.params.words) do
  if type(posts[word]) == "function" then found["goop.orm:" .. word] = "function" end
  if type(cfg[word]) == "function" then found["goop.config:" .. word] = "function" end
  if type(goop.group.member[word]) == "function" then found["goop.group.member." .. word] = "function" end
end
return found
"""


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """Lua type by path of everything below ``goop``. Methods are hidden behind metatables: every word of the
    glue is tried as a name.
    """
    words = {word for _, source in load_glue() for word in re.findall(r"[a-z_]+", source)}
    words |= {re.split(r"[.:]", name)[-1] for name in NAMES}
    result = run_scenario(Scenario("walk", SITE, lua=WALK, params={"names": NAMES, "words": sorted(words)}))
    value: dict[str, str] = result.value
    return value


def test_every_function_that_a_script_can_reach_is_described(found: dict[str, str]) -> None:
    reached = {path for path, kind in found.items() if kind == "function"}
    assert len(reached) > 50
    assert sorted(reached - set(NAMES)) == []


def test_everything_described_is_there(found: dict[str, str]) -> None:
    assert sorted(set(NAMES) - found.keys() - {"goop.transform"}) == []


def test_what_is_shown_as_a_call_can_be_called(found: dict[str, str]) -> None:
    shown = set(re.findall(r"(?m)^### `([\w.:]+)\(", markdown())) - {"goop.transform", "print"}
    assert sorted(name for name in shown if found.get(name) != "function") == []


def test_methods_are_shown_as_scripts_write_them() -> None:
    """The handle is the receiver: the table's name, which the glue adds, is no parameter of a script's."""
    methods = [function for function in FUNCTIONS if ":" in function.shown]
    assert [signature(function) for function in methods if "(table" in signature(function)] == []
