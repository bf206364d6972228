"""Completion, hover, definition, references and rename, at places marked with | in the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.language.completion import complete
from lua_engine.language.hovering import hover
from lua_engine.language.lua_functions import lua_functions
from lua_engine.language.navigation import RenameError, definition, references, rename, table_at
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import Column, SiteFacts
from lua_engine.language.unclosed import closed
from lua_engine.sandbox.policy import ALLOWED

FACTS = SiteFacts(
    tables={"posts": (Column("title", "text", "required"), Column("slug", "text"))},
    fields={"blog": ("page",)},
)
HANDLE = 'local posts = goop.orm("posts")\n'


def at_mark(marked: str) -> tuple[ScriptText, int, int]:
    source, head = marked.replace("|", "", 1), marked[: marked.index("|")]
    return ScriptText(source, "function", FACTS), head.count("\n") + 1, len(head) - (head.rfind("\n") + 1)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("function call() goop.kv.s| end", "set"),
        ("function call() goop.| end", "orm"),
        ("local x = goop.orm('po|')", "posts"),
        ('local x = goop.orm("|', "posts"),
        (HANDLE + "function call() posts:fi| end", "find"),
        (HANDLE + "function call() posts:insert({ ti| }) end", "title"),
        (HANDLE + 'function call() posts:find({ where = "ti|" }) end', "title"),
        (HANDLE + 'function call() posts:find({ fields = { "sl|" } }) end', "slug"),
        ("local function helper() end\nfunction call() hel| end", "helper"),
        ("function call(request) local answer = 1 return ans| end", "answer"),
        ("function call(request) re| end", "request"),
        ("function call(p) return p.pa| end", "page"),
        ("function call() string.fo| end", "format"),
        ("function call() ret| end", "return"),
        ("function call() for index = 1, 2 do ind| end end", "index"),
        ('function call() return "ä", goop.lo| end', "log"),
        (HANDLE + 'function call(request)\n  posts:find({ where = "ti|', "title"),
        (HANDLE + "function call(request)\n  if request then posts:insert({ ti|", "title"),
        (HANDLE + "function call(request)\n  for i = 1, 2 do posts:fi|", "find"),
        (HANDLE + "function call(request)\n  return posts:find({ fields = { 'sl|", "slug"),
        (
            "local posts\nfunction call(request) posts:insert({ ti| })\nend\nposts = goop.orm('posts')",
            "title",
        ),
        ("function handle(args)\n  ar|", "args"),
        ("function call(request)\n  while req|", "request"),
        ("function call(request)\n  local p = request.params\n  p.|", "page"),
        ("function call()\n  hel|\nend\nfunction help() end", "help"),
        (HANDLE + "function call() local post = posts:get(1) return post.|", "title"),
        (HANDLE + "for _, post in ipairs(posts:find({})) do post.|", "title"),
        (HANDLE + "local all = posts:list()\nfor _, post in ipairs(all) do post.sl|", "slug"),
        ("return goop.peer.la|", "label"),
        ("return goop.self.|", "id"),
    ],
)
def test_completion_offers(marked: str, expected: str) -> None:
    offers = complete(*at_mark(marked))

    assert expected in [one.text for one in offers]
    assert all(one.typed <= len(marked) for one in offers)


@pytest.mark.parametrize(
    "marked",
    [
        "-- goop.|",
        'local a = "goop.kv.|"',
        "local a = [[ posts:| ]]",
        'local a = "goop.kv.|',
        "x = 1 -- goop.|\ny()",
    ],
)
def test_nothing_is_offered_in_comments_and_texts(marked: str) -> None:
    assert complete(*at_mark(marked)) == ()


@pytest.mark.parametrize(
    ("marked", "offered", "kept_out"),
    [
        ("return ('x'):|", "rep", "print"),
        ("local s = 'x'\nreturn s:|", "rep", "find_one"),
        ("return goop.orm('posts'):|", "find_one", "rep"),
        ('return goop.orm "posts":fi|', "find_one", "rep"),
        ("return tostring(1):up|", "upper", "print"),
        ("for i = 1, 2 do goto | ::next_one:: end", "next_one", "print"),
        ("function call(request) return request.| end", "params", "print"),
        ("::here:: lo|", "local", "here"),
    ],
)
def test_what_fits_is_offered_and_nothing_else(marked: str, offered: str, kept_out: str) -> None:
    texts = [one.text for one in complete(*at_mark(marked))]
    assert offered in texts
    assert kept_out not in texts


def test_a_local_of_another_function_is_not_offered() -> None:
    offers = complete(
        *at_mark("local function f() local secret = 1 return secret end\nfunction call() sec| end")
    )

    assert "secret" not in [one.text for one in offers]


def test_completion_has_signature_and_doc() -> None:
    offer = next(one for one in complete(*at_mark("goop.kv.se|")) if one.text == "set")

    assert offer.detail.startswith("goop.kv.set(key, value")
    assert offer.doc
    found = {one.text: (one.detail, one.doc) for one in complete(*at_mark("return string.|"))}
    assert found["rep"] == ("string.rep(s, n, separator?)", "s n times.")
    assert ("ipairs(t)" in one.detail for one in complete(*at_mark("ipa|")))


def test_every_function_of_lua_is_described() -> None:
    """And none that scripts do not have."""
    known = {name for name in ALLOWED if name not in ("_G", "_VERSION", "goop", "print")}
    assert set(lua_functions()) == known
    assert all(one.doc.endswith(".") and len(one.doc) < 100 for one in lua_functions().values())


@pytest.mark.parametrize(
    ("head", "end"),
    [
        ("f({ a = 'x", "'\n} )"),
        ("while a", "\ndo end"),
        ("if a then b() elseif c", "\nthen end"),
        ("for i = 1, 2 do x.", "_()\nend"),
        ("repeat local done = f(", "\n) until true"),
        ("local s = 'it\\'s", "'\n"),
        ("-- it's", "\n"),
        ("do end", "\n"),
        ("return function() return {", "\n} end"),
    ],
)
def test_what_is_begun_gets_its_end(head: str, end: str) -> None:
    assert closed(head) == head + end


@given(st.lists(st.sampled_from(["if a then", "end", "(", ")", "'", '"', "{", "do", "x.", "--", "[[", "\n"])))
def test_any_head_is_closed(words: list[str]) -> None:
    head = " ".join(words)
    assert closed(head).startswith(head)
    complete(ScriptText(head, "function", FACTS), head.count("\n") + 1, len(head) - (head.rfind("\n") + 1))


def test_hover() -> None:
    assert "goop.kv.set(key" in hover(*at_mark('function call() goop.kv.s|et("a", 1) end'))
    assert "goop.orm:find" in hover(*at_mark(HANDLE + "function call() posts:fi|nd({}) end"))
    assert "table posts" in hover(*at_mark(HANDLE + "function call() return po|sts end"))
    assert "`title` text, required" in hover(*at_mark('local posts = goop.orm("po|sts")'))
    assert hover(*at_mark("function call() return 12|3 end")) == ""
    assert "string.format(format" in hover(*at_mark('return string.fo|rmat("%d", 1)'))
    assert "string.upper(s)" in hover(*at_mark("local s = 'a' return s:up|per()"))
    assert "ipairs(t)" in hover(*at_mark("for _ in ipai|rs({}) do end"))
    assert hover(*at_mark("local ipairs = 1 return ipai|rs")) == "`local`"
    assert "`goop.peer.label: string`" in hover(*at_mark("return goop.peer.la|bel"))
    assert "`goop.log.info`" in hover(*at_mark("goop.lo|g.info('a')"))
    assert hover(*at_mark(HANDLE + "posts:insert({ ti|tle = 1 })")) == "`posts.title` text, required"
    assert hover(*at_mark(HANDLE + "posts:find({ where = 'slug = ? and ti|tle = 1' })")) == (
        "`posts.title` text, required"
    )


def test_the_table_at_a_place() -> None:
    assert table_at(*at_mark('local posts = goop.orm("po|sts")')) == "posts"
    assert table_at(*at_mark(HANDLE + "return po|sts:find({})")) == "posts"
    assert table_at(*at_mark(HANDLE + "return 'po|sts'")) == ""


def test_definition_and_references() -> None:
    script, line, column = at_mark("local a = 1\nfunction call() a = 2 return |a end")

    assert definition(script, line, column) == (1, 6, 1, 7)
    assert [place[:2] for place in references(script, line, column)] == [(1, 6), (2, 16), (2, 29)]


def test_definition_of_a_global_is_where_it_gets_its_value() -> None:
    assert definition(*at_mark("function call() return he|lp() end\nfunction help() end")) == (2, 9, 2, 13)


@pytest.mark.parametrize(
    ("marked", "declared", "places"),
    [
        ("local M = {}\nfunction M.list() end\nreturn M.li|st", (2, 11), [(2, 11), (3, 9)]),
        ("local M = {}\nfunction M:add() end\nM:|add()", (2, 11), [(2, 11), (3, 2)]),
        ("local M = { list = 1 }\nreturn M.list|, M['list']", (1, 12), [(1, 12), (2, 9), (2, 17)]),
        ("local M = { a = { b = 1 } }\nreturn M.a.|b", (1, 18), [(1, 18), (2, 11)]),
        ("local M = {}\nM.n = 1\nM.n = M.|n + 1", (2, 2), [(2, 2), (3, 2), (3, 8)]),
        ("local M = { |n = 1 }\nlocal N = { n = 2 }\nreturn M.n, N.n", (1, 12), [(1, 12), (3, 9)]),
        ("M = { n = 1 }\ndo local M = { n = 2 } print(M.n) end\nreturn M.|n", (1, 6), [(1, 6), (3, 9)]),
        ("local k, M = 'n', { n = 1 }\nreturn M[k], M.|n", (1, 20), [(1, 20), (2, 15)]),
        ("local k = 'n'\nlocal M = { [k] = 1 }\nM.n = 2\nreturn M.|n", (3, 2), [(3, 2), (4, 9)]),
        ("goop.kv.set('a', 1)\nreturn goop.kv.|set", None, [(1, 8), (2, 15)]),
        ("return f().na|me", None, []),
        ("local t = { 1, 2, [3] = 4 }\nreturn t[|3]", None, []),
    ],
)
def test_members(marked: str, declared: tuple[int, int] | None, places: list[tuple[int, int]]) -> None:
    script, line, column = at_mark(marked)

    found = definition(script, line, column)
    assert (found[:2] if found else None) == declared
    assert [place[:2] for place in references(script, line, column)] == places


@pytest.mark.parametrize(
    ("marked", "offered"),
    [
        ("local M = { limit = 3 }\nfunction M.list(a, b) end\nreturn M.|", ["limit", "list"]),
        ("local M = {}\nfunction call() return M.li| end\nfunction M.list() end", ["list"]),
        ("local M = { a = { b = 1, c = 2 } }\nreturn M.a.|", ["b", "c"]),
        ("local M = {}\nfunction M.list() end\nM.n = 1\nM:|", ["list"]),
        ("local M, n = {}\nM.a, M.b = 1\nreturn M.|", ["a", "b"]),
        ("M = { n = 1 }\nfunction call() return M.| end", ["n"]),
        ("local M = { n = 1 }\ndo local M = { k = 1 } print(M.|) end", ["k"]),
        ("local M = {}\nreturn M.x, M.|", []),
    ],
)
def test_completion_of_members(marked: str, offered: list[str]) -> None:
    assert sorted(one.text for one in complete(*at_mark(marked))) == offered


def test_a_handle_with_a_field_of_its_own_has_its_methods() -> None:
    texts = [one.text for one in complete(*at_mark("local function f(posts)\nposts.seen = 1\nposts:ge| end"))]

    assert texts[0] == "get"


def test_a_member_that_is_a_function_is_shown_with_its_parameters() -> None:
    marked = "local M = {}\nM.list = 0\nM.list = function(a, b) end\nreturn M.li|st()"

    assert [one.detail for one in complete(*at_mark(marked.replace("li|st()", "li|")))] == ["list(a, b)"]
    assert hover(*at_mark(marked)) == "`list(a, b)`, line 3"


def test_a_chain_of_members_without_end_is_no_member() -> None:
    script, line, column = at_mark("local M = {}\nreturn M" + ".a" * 5_000 + ".|b")

    assert definition(script, line, column) is None
    assert references(script, line, column) == ()


def test_rename() -> None:
    places = rename(*at_mark("local a = 1\nfunction call() return |a, { a = 1 }, b.a end"), "total")

    assert [place[:2] for place in places] == [(1, 6), (2, 23)]


@pytest.mark.parametrize(
    ("marked", "name", "words"),
    [
        ("local a = 1\nreturn |a", "end", "cannot be a name"),
        ("local a = 1\nreturn |a", "1x", "cannot be a name"),
        ("local b, a = 2, 1\nreturn |a, b", "b", "means something else"),
        ("local a = 1\nlocal function f(b) return a end\nreturn |a, f", "b", "means something else"),
        ("local a = 1\nreturn |a, print", "print", "means something else"),
        ("return pri|nt", "log", "only a local name"),
        ("local |a = 1\nlocal a = a\nprint(a)", "print", "means something else"),
        ("for |i = 1, 3 do local i = i\nprint(i) end", "print", "means something else"),
        ("local |a = {}\nx = a", "_ENV", "where Lua looks for globals"),
        ("local _EN|V = {}\nx = 1", "env", "where Lua looks for globals"),
    ],
)
def test_rename_refuses(marked: str, name: str, words: str) -> None:
    with pytest.raises(RenameError, match=words):
        rename(*at_mark(marked), name)
