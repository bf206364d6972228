"""The owner's locale never reaches a script: in the window, on the command line, in a batch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lua_engine.testing import SiteSpec, open_site
from tests.helpers.nightly import nightly

BODY = """
local words = { "z", "ä", "B", "a" }
table.sort(words)
return { os.date("!%A %B %c", 0), ("INFO"):lower(), ("\\195\\164b"):upper(), tostring(1.5), tonumber("2.25"),
  ("\\228x"):upper() == "\\228X", table.concat(words, " "), ("ä"):match("%a") == nil,
  string.format("%.2f", 0.5), ("i"):upper() }
"""
ANSWER = [
    *("Thursday January Thu Jan  1 00:00:00 1970", "info", "ÄB", "1.5", 2.25),
    *(True, "B a z ä", True, "0.50", "I"),
]
WINDOW = """
import json, sys
from pathlib import Path
from goop_console.app import make_application
app = make_application()
from lua_engine import Engine
with Engine.open(Path(sys.argv[1]), watch=False) as engine:
    print(json.dumps(engine.calls.call("f", caller=engine.owner).value))
"""
SOME_LOCALES = (("tr_TR", "UTF-8"), ("de_DE", "ISO-8859-1"))
LOCALES = nightly(SOME_LOCALES, (*SOME_LOCALES, ("de_DE", "UTF-8"), ("tr_TR", "ISO-8859-9")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with open_site(SiteSpec(functions={"f": f"function call() {BODY} end"}), folder):
        return folder


@pytest.fixture(scope="module")
def owners(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Environments of owners in other countries; where no locale can be made, the system's own one."""
    folder = tmp_path_factory.mktemp("locales")
    made = []
    for name, charmap in LOCALES if shutil.which("localedef") else ():
        target = folder / f"{name}.{charmap}"
        subprocess.run(
            ["localedef", "-i", name, "-f", charmap, str(target)], capture_output=True, check=False
        )
        if target.is_dir():
            made.append({"LOCPATH": str(folder), "LC_ALL": target.name, "LANG": target.name})
    return made or [{"LC_ALL": "C.UTF-8"}]


def run(environment: dict[str, str], *command: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *command],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | environment | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_line(site: Path, owners: list[dict[str, str]]) -> None:
    for environment in owners:
        answer = run(environment, "-m", "goop_console", "call", str(site), "f", "--json")
        assert json.loads(answer)["value"] == ANSWER, environment


def test_a_batch(site: Path, owners: list[dict[str, str]]) -> None:
    for environment in owners:
        request = json.dumps({"id": 1, "op": "call", "function": "f", "caller": "owner"}) + "\n"
        answer = run(environment, "-m", "goop_console", "batch", str(site), given=request)
        assert json.loads(answer)["value"] == ANSWER, environment


def test_the_window(site: Path, owners: list[dict[str, str]]) -> None:
    for environment in owners:
        answer = run(environment, "-c", WINDOW, str(site))
        assert json.loads(answer.splitlines()[-1]) == ANSWER, environment
