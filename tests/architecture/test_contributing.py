"""The function that CONTRIBUTING.md takes as its example does what the page says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.helpers.examples import examples

ROOT = Path(__file__).resolve().parents[2]
RUNNER = """
import sys, types
from lua_engine.api import catalog

declaration, scenarios = sys.stdin.read().split("\\0")
module = types.ModuleType("lua_engine.api.text")
sys.modules[module.__name__] = module
exec(declaration, module.__dict__)
catalog.NAMESPACES = (*catalog.NAMESPACES, "text")
exec(scenarios, {})

from lua_engine.testing import Scenario, SiteSpec, run_scenario

wrong = SiteSpec(functions={"f": "function call(r) return { pcall(goop.text.initials, {}) } end"})
message = "f.lua:1: goop.text.initials: name must be a string, got table"
run_scenario(Scenario("wrong", wrong, call="f", value=[False, message]))
nobody = SiteSpec(functions={"f": "function call(r) local v, e = goop.text.initials('?') return e end"})
run_scenario(Scenario("none", nobody, call="f", value="the name has no letters"))
"""


def test_the_function_of_the_example() -> None:
    declaration, scenarios, _tab = examples(ROOT / "CONTRIBUTING.md")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER],
        input=f"{declaration}\0{scenarios}",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
