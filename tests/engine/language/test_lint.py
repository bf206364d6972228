"""The lint by a table of sources and findings; the bundled scripts give none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.language.finding import CODES
from lua_engine.language.lint import findings
from lua_engine.language.page_actions import page_findings
from lua_engine.language.site_facts import Column, SiteFacts

RESOURCES = Path(__file__).parents[3] / "resources"
POSTS = SiteFacts(tables={"posts": (Column("title", "text"), Column("slug", "text"))})
CALL = "function call(r) return f(r) end\n"
READS = "function call(r) local p = r.params\n"
HANDLE = 'local posts = goop.orm("posts")\nfunction call(r) local p = r.params\n'

CASES = {
    "a global in a function": ("local function f() count = 1 end\n" + CALL, ["1 global-write"]),
    "a global function": ("function f() end\n" + CALL, ["1 global-write"]),
    "an entry point is no leak": ("call = function() end", ["1 portability"]),
    "an event handler is no leak": ("function call() end\nfunction on_group_close(id) return id end", []),
    "an undefined name": ("function call() prnt(1) end", ["1 unknown-global"]),
    "the list of a function's arguments": ("function call(...) return arg.n, arg[1] end", []),
    "no list beside the dots themselves": ("function call(...) return arg, ... end", ["1 unknown-global"]),
    "a local of another block": ("function call() do local a = 1 print(a) end return a end", ["1 unknown-global"]),
    "Lua's own names": ("function call() return pairs(string), _G, select, unpack, tostring end", []),
    "a local that is not read": ("local a = 1\nfunction call() end", ["1 unused-local"]),
    "a local that is only written": ("local a = 1\nfunction call() a = 2 end", ["1 unused-local"]),
    "a local that says so": ("local _a = 1\nfunction call() end", []),
    "until sees the locals of its block": ("function call() repeat local a = 1 until a end", []),
    "a local is not visible in its own value": ("function call() local x = x return x end", ["1 unknown-global"]),
    "a local function calls itself": ("local function f() return f() end\n" + CALL, []),
    "fields are no names": ("function call(r) r.name = { name = 1 } return r.other end", []),
    "a goop name with a slip": ("function call() goop.lgo.info(1) end", ["1 unknown-goop"]),
    "a goop field with a slip": ("function call() goop.kv.gett('a') end", ["1 unknown-goop"]),
    "below data nothing is checked": ("function call() return goop.template.schemas.x end", []),
    "a goop of one's own": ("function call() local goop = {} return goop.anything end", []),
    "a table with a slip": ("function call() return goop.orm('psots') end", ["1 unknown-table"]),
    "a column with a slip": (HANDLE + "posts:insert({ titel = p.t }) end", ["3 unknown-column"]),
    "a column in a condition": (HANDLE + "posts:find({ where = 'slgu = ?', args = { p } }) end",
                                ["3 unknown-column"]),
    "words, functions and texts of SQL": (
        HANDLE + "posts:find({ where = \"lower(title) = 'a b' AND slug IS NOT NULL\", args = { p } }) end", []),
    "a system column": (HANDLE + "posts:find({ where = '_owner = ? AND _id > 3', args = { p } }) end", []),
    "fields that are asked for": (HANDLE + "posts:find({ fields = { 'title', 'x' }, args = { p } }) end",
                                  ["3 unknown-column"]),
    "a handle that init makes": (
        "local t\nlocal function init() t = goop.orm('posts') end\n"
        "function call() init() t:insert({ nope = 1 }) end", ["3 unknown-column"]),
    "no entry point": ("local a = 1\nreturn a", ["1 no-entry-point"]),
    "an empty script": ("", []),
    "a delete for anybody": (
        HANDLE + "return p end\nlocal function del(q) posts:delete(q.id) end\n"
        "goop.route({ del = del })", ["5 unguarded-delete"]),
    "a delete for anybody, in a table with a name": (
        HANDLE + "return p end\nlocal all = { del = function(q) posts:delete(q.id) end }\n"
        "goop.route(all)", ["4 unguarded-delete"]),
    "a delete for the owner": (
        HANDLE + "return p end\nlocal function del(q) posts:delete(q.id) end\n"
        "goop.route({ del = goop.owner(del) })", []),
    "a delete that looks who asks": (
        HANDLE + "return p end\nlocal function mine(r) return r._owner == goop.peer.id end\n"
        "local function del(q) if mine(q) then posts:delete(q.id) end end\ngoop.route({ del = del })", []),
    "SQL with a visitor's text": (
        READS + "return goop.db.query(\"SELECT * FROM posts WHERE title = '\" .. p.title .. \"'\") end",
        ["2 sql-from-params"]),
    "SQL with a visitor's number": (
        READS + "return goop.db.query('SELECT 1 LIMIT ' .. tonumber(p.n)) end", []),
    "SQL put together from constants": (
        READS + "local w = 'a' return goop.db.query('SELECT 1 WHERE ' .. w, p) end", []),
    "a condition with a visitor's text": (
        HANDLE + "local q = p.q return posts:find({ where = 'title = ' .. q }) end", ["3 sql-from-params"]),
    "silenced on its line": ("function call() x = 1 -- lint: ignore global-write\nend", []),
    "silenced from the line above": ("function call()\n-- lint: ignore global-write\nx = 1\nend", []),
    "silenced in the file": ("-- lint: ignore-file global-write\nfunction call()\nx = 1\nend", []),
    "another code is not silenced": ("function call() x = 1 -- lint: ignore unused-local\nend", ["1 global-write"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_findings(case: str) -> None:
    source, expected = CASES[case]
    found = [f"{one.place.line} {one.code}" for one in findings(source, "function", POSTS)]

    assert found == expected


def test_every_code_has_a_case() -> None:
    found = {one.split(" ")[1] for _, expected in CASES.values() for one in expected}

    assert found | {"unknown-action"} == set(CODES)  # which is about pages, below


def test_a_near_name_is_offered() -> None:
    found = findings(
        'local p = goop.orm("posts")\nfunction call() p:insert({ titel = 1 }) end', "function", POSTS
    )

    assert [str(one) for one in found] == [
        "line 2: posts has no column titel; did you mean title? [unknown-column]"
    ]


def test_columns_count_characters() -> None:
    (found,) = findings('function call() return "äöü😀", prnt end', "function", POSTS)

    assert found.place == (1, 31, 1, 35)


def test_nothing_is_said_of_tables_that_are_not_known() -> None:
    assert findings("function call() return goop.orm('x') end", "function", SiteFacts()) == ()


@pytest.mark.parametrize("path", sorted(RESOURCES.rglob("*.lua")), ids=lambda path: path.stem)
def test_bundled_scripts_have_no_finding(path: Path) -> None:
    kind = "function" if path.parent.name == "functions" else "command"

    assert findings(path.read_text(encoding="utf-8"), kind, SiteFacts()) == ()


@given(st.text(alphabet="abc=()[]{}\"'-.:, \n\\ä" + "end", max_size=80))
def test_any_text_is_read(source: str) -> None:
    findings(source, "function", POSTS)


def test_deep_nesting_is_read() -> None:
    findings("return " + "(" * 20_000 + "1" + ")" * 20_000, "function", POSTS)


def test_page_actions() -> None:
    page = (
        'const todo = Goop.data.api("todo");\nawait todo("lsit");\nawait todo("add", {});\n'
        'other("x"); await Goop.data.call("todo", { action: "remove" });\nGoop.data.call("free", { action: "x" });'
    )

    found = page_findings(page, {"todo": ("list", "add"), "free": ()})

    assert [str(one) for one in found] == [
        "line 2: todo has no action lsit; did you mean list? [unknown-action]",
        "line 4: todo has no action remove; there are list, add [unknown-action]",
    ]
