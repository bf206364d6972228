"""Scenario tests for script authors, and for us: a site in a few lines, calls as anybody, what must come of
them.

::

    from lua_engine.testing import Scenario, SiteSpec, run_scenario

    SITE = SiteSpec(functions={"todo": "function call(r) return { n = #r.params.list } end"})
    run_scenario(Scenario("counts", SITE, call="todo", params={"list": [1, 2]}, value={"n": 2}))

A scenario that does not hold raises :class:`ScenarioFailure` with what was expected and what came.
"""

from lua_engine.testing.expect import ANY, Matching, ScenarioFailure
from lua_engine.testing.scenario import Scenario, run_scenario, run_scenarios
from lua_engine.testing.site import SiteSpec, open_site

__all__ = [
    "ANY",
    "Matching",
    "Scenario",
    "ScenarioFailure",
    "SiteSpec",
    "open_site",
    "run_scenario",
    "run_scenarios",
]
