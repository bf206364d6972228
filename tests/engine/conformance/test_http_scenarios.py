"""goop.http without a network: what is refused (success is in tests/engine/community, against loopback
servers).
"""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, SiteSpec, run_scenario


def test_http_disabled() -> None:
    site = SiteSpec(lua={"http_enabled": False})
    lua = 'local b, e = goop.http.get("http://example.org") local c, f = goop.http.post("http://example.org", "x") return { b == nil, e, c == nil, f }'
    run_scenario(
        Scenario("http off", site, lua=lua, value=[True, "http is disabled", True, "http is disabled"])
    )


def test_http_three_requests_a_call() -> None:
    lua = 'local e for i = 1, 4 do local b b, e = goop.http.get("http://127.0.0.1:1/") if i < 4 and e:find("limit") then return i end end return e'
    run_scenario(Scenario("http budget", lua=lua, value=Matching("limit")))


REFUSED = [
    ('goop.http.get("nonsense")', "only http:// and https:// URLs are allowed"),
    ('goop.http.get("file:///etc/passwd")', "only http:// and https:// URLs are allowed"),
    ('goop.http.get("http://")', "host"),
    ('goop.http.get("http://localhost/")', "address refused: localhost is a loopback address"),
    ('goop.http.post("http://192.168.0.1/", { a = 1 })', "address refused: 192.168.0.1 is a private address"),
    ('goop.http.post("http://0x7f.1/", "a=1")', "address refused"),
]


@pytest.mark.parametrize(("call", "error"), REFUSED)
def test_http_refuses(call: str, error: str) -> None:
    run_scenario(
        Scenario(
            call, lua=f"local body, err = {call} return {{ body == nil, err }}", value=[True, Matching(error)]
        )
    )


@pytest.mark.parametrize(
    ("lua", "error"),
    [
        ("goop.http.get({})", "goop.http.get: url must be a string, got table"),
        ("goop.http.post()", "goop.http.post: url must be a string, got nil"),
        ('goop.http.post("http://x", 5)', "goop.http.post: body must be a string or a table, got number"),
        ('goop.http.post("http://x", print)', "goop.http.post: cannot convert body"),
    ],
)
def test_http_wrong_use(lua: str, error: str) -> None:
    run_scenario(Scenario(lua, lua=lua, error=Matching(rf"^scenario\.lua:2: {error}")))
