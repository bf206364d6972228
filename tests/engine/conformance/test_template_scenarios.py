"""goop.template and, beside it, what is not supported."""

from __future__ import annotations

from lua_engine.testing import Matching, Scenario, SiteSpec, open_site, run_scenario
from tests.engine.conformance.sites import CLUB, STRANGER


def test_template() -> None:
    lua = "local t = goop.template return { t.name, t.category, t.schemas, t.require_email, t.default_role }"
    run_scenario(Scenario("manifest", CLUB, lua=lua, value=["Club", "community", ["posts"], False, "viewer"]))
    run_scenario(
        Scenario(
            "none",
            lua="return { next(goop.template) == nil, goop.template.name == nil }",
            value=[True, True],
            caller=STRANGER,
        )
    )


def test_transform_is_not_supported() -> None:
    run_scenario(
        Scenario(
            "transform", lua="return goop.transform.list()", error=Matching("goop.transform is not supported")
        )
    )


def test_template_is_a_copy_of_the_call() -> None:
    site = SiteSpec(
        {
            "f": 'function call() local before = goop.template.name goop.template.name = "changed" return { before, goop.template.name } end'
        },
        manifest={"name": "T"},
    )
    with open_site(site) as engine:
        for _ in range(2):
            assert engine.calls.call("f", caller=engine.owner).value == ["T", "changed"]
