"""goop.site.read: text inside the site root only."""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, SiteSpec, run_scenario

FILES = SiteSpec(files={"config.json": '{"a": 1}', "sub/x.txt": "deep"})


SITE = [
    ("read", 'return goop.json.decode((goop.site.read("config.json"))).a', 1),
    ("read below", 'return (goop.site.read("sub/x.txt"))', "deep"),
    ("missing", 'local t, err = goop.site.read("nope") return { t == nil, type(err) }', [True, "string"]),
    (
        "out with ..",
        'local t, err = goop.site.read("../goop.json") return { t == nil, type(err) }',
        [True, "string"],
    ),
    (
        "absolute",
        'local t, err = goop.site.read("/etc/passwd") return { t == nil, type(err) }',
        [True, "string"],
    ),
    (
        "NUL",
        'local t, err = goop.site.read("config.json\\0x") return { t == nil, type(err) }',
        [True, "string"],
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), SITE)
def test_site(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, FILES, lua=lua, value=value))


def test_site_wrong_use() -> None:
    run_scenario(
        Scenario(
            "path",
            lua="goop.site.read({})",
            error=Matching(r"^scenario\.lua:2: goop\.site\.read: path must be a string, got table"),
        )
    )
    for path in ("", ".", "sub", "sub/../../goop.json", "..\\\\goop.json"):
        lua = f'local text, err = goop.site.read("{path}") return {{ text == nil, type(err) }}'
        run_scenario(Scenario(path, FILES, lua=lua, value=[True, "string"]))
