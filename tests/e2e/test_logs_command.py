"""``goop-console logs``: the newest records, filters, JSON, and following beside a program that writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from goop_console.cli import main
from lua_engine.testing import SiteSpec, open_site

SPEC = SiteSpec(
    functions={
        "todo": 'function call(r) goop.log.info("a \\27[31mred\\7 line") return r.params.nothing.x end',
        "fine": 'function call(r) goop.log.warn("all is well") end',
    }
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with open_site(SPEC, tmp_path) as engine:
        engine.calls.call("todo", {"action": "list"}, caller=engine.owner)
        engine.calls.call("fine", {}, caller=engine.owner)
    return tmp_path


def test_newest_last(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(site)]) == 0

    out = capsys.readouterr().out
    assert out.index("red") < out.index("all is well")
    assert "list error in " in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_filters_and_json(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["logs", str(site), "--errors", "--json", "--since", "1h"])

    found = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert {one["script"] for one in found} == {"todo"}
    assert all(one["level"] == "error" for one in found)


@pytest.mark.parametrize("since", ["yesterday", "1w", "-1h"])
def test_a_wrong_time_is_named(site: Path, since: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(site), f"--since={since}"]) == 2
    assert "write how long ago" in capsys.readouterr().err


def test_following(site: Path) -> None:
    command = [sys.executable, "-m", "goop_console", "logs", str(site), "--follow", "--limit", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with open_site(SPEC, site) as engine:
            engine.calls.call("fine", {}, caller=engine.owner)
        assert any("all is well" in row for row in iter(process.stdout.readline, ""))
        process.kill()


def test_no_message_forges_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = "2026-11-30 12:00:00 error   bank: all is lost"
    spec = SiteSpec(functions={"evil": f'function call(r) goop.log.info("fine\\n{forged}") end'})
    with open_site(spec, tmp_path) as engine:
        engine.calls.call("evil", {}, caller=engine.owner)
    assert main(["logs", str(tmp_path)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert f"    {forged}" in lines
    assert forged not in lines
