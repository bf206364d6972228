"""Values that cross in more than one chunk (512 values or 256 KB), with other things going on in between."""

from __future__ import annotations

from typing import Any

import pytest

from lua_engine.testing import Matching, Scenario, SiteSpec, run_scenario

MANY = 2_000
SCHEMA = {
    "system_key": True,
    "columns": [{"name": "title", "type": "text"}, {"name": "n", "type": "integer"}],
}
SITE = SiteSpec(
    schemas={"posts": SCHEMA}, rows={"posts": [{"title": f"Title {i}", "n": i} for i in range(1, MANY + 1)]}
)
NUMBERS = list(range(1, MANY + 1))
BOTH_WAYS = "local list = request.params.list local t = {} for i = 1, #list do t[i] = list[i] end return t"


def with_function(source: str) -> SiteSpec:
    return SiteSpec({"f": source}, schemas=SITE.schemas, rows=SITE.rows)


def test_large_params_and_results() -> None:
    run_scenario(Scenario("both ways", lua=BOTH_WAYS, params={"list": NUMBERS}, value=NUMBERS))
    texts = ["x" * 1000] * MANY
    run_scenario(
        Scenario("2 MB of text", lua="return #request.params.list", params={"list": texts}, value=MANY)
    )


@pytest.mark.parametrize(
    "top",
    [
        'local posts = goop.orm("posts")',
        "local rows = goop.db.query('SELECT * FROM posts LIMIT 900')",
        "local c = goop.commands()",
    ],
)
def test_large_params_survive_a_top_level_that_asks_the_host(top: str) -> None:
    """The guide's own todo example makes its handles at load in one of its forms."""
    source = f"{top}\nfunction call(request)\n{BOTH_WAYS}\nend"
    run_scenario(Scenario(top, with_function(source), call="f", params={"list": NUMBERS}, value=NUMBERS))


def test_rows_in_chunks() -> None:
    lua = 'local rows = goop.orm("posts"):find({ order = "_id" }) return { #rows, rows[1].title, rows[513].n, rows[#rows].title }'
    run_scenario(Scenario("rows", SITE, lua=lua, value=[MANY, "Title 1", 513, f"Title {MANY}"]))
    lua = 'local t = goop.orm("posts"):pluck("n", { order = "n DESC" }) return { #t, t[1], t[#t] }'
    run_scenario(Scenario("values", SITE, lua=lua, value=[MANY, MANY, 1]))


LATE = "CASE WHEN _id = 1900 THEN abs(-9223372036854775807 - 1) ELSE _id END AS a"


@pytest.mark.parametrize("call", [f'posts:aggregate("{LATE}")', f'posts:find({{ fields = "{LATE}" }})'])
def test_an_error_while_rows_flow(call: str) -> None:
    """``nil, message`` or a Lua error: the script can catch it, and the call is answered."""
    lua = f'local posts = goop.orm("posts") local ok, rows, err = pcall(function() return {call} end) return ok and err or tostring(rows)'
    run_scenario(Scenario("late", SITE, lua=lua, value=Matching("integer overflow")))


@pytest.mark.parametrize("size", [511, 512, 513, 1023, 1024, 1025])
def test_the_edges_of_a_chunk(size: int) -> None:
    values: list[Any] = list(range(size))
    run_scenario(Scenario(str(size), lua=BOTH_WAYS, params={"list": values}, value=values))
    lua = "return goop.json.decode(request.params.text)"
    run_scenario(Scenario(f"decode {size}", lua=lua, params={"text": str(values)}, value=values))
