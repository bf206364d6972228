"""``goop-console test``: a site's saved calls and access checks in its author's CI."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

Run = Callable[..., Any]

GUARDED = "local drop = goop.owner(function() return 1 end)\nfunction call(r) return drop(r) end"


@pytest.fixture
def calls(site: Path) -> Path:
    folder = site / ".goop-console/calls"
    folder.mkdir(parents=True)
    (site / "site/lua/functions/guarded.lua").write_text(GUARDED)
    write(
        folder / "echo.call.json",
        {
            "function": "echo",
            "params": {"a": 1},
            "expect": [{"kind": "value_equals", "path": "/a", "value": 1}],
        },
    )
    write(
        folder / "hello.call.json",
        {"kind": "chat", "text": "!hello Al", "expect": [{"kind": "value_contains", "value": "Hello, Al"}]},
    )
    write(
        folder / "policy.check.json",
        {
            "calls": {"drop": {"function": "guarded"}},
            "expected": {"drop": {"owner": "ok", "stranger": "refused"}},
        },
    )
    return folder


def write(path: Path, body: object) -> None:
    path.write_text(json.dumps(body), encoding="utf-8")


def test_everything_that_holds(console: Run, site: Path, calls: Path) -> None:
    done = console("test", site)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "ok      call   echo",
        "ok      call   hello",
        "ok      check  policy",
        "",
        "3 tests, 0 failed",
    ]


def test_a_guard_that_is_gone_fails_the_check(console: Run, site: Path, calls: Path) -> None:
    (site / "site/lua/functions/guarded.lua").write_text("function call() return 1 end")
    done = console("test", site, "policy")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "FAILED  check  policy",
        "        newly allowed: drop as stranger: ok",
        "",
        "1 test, 1 failed",
    ]


def test_a_failure_says_what_was_expected(console: Run, site: Path, calls: Path) -> None:
    write(calls / "echo.call.json", {"function": "echo", "params": {"fail": True}})
    done = console("test", site, "echo")
    assert done.returncode == 1
    assert "expected ok, got invalid input: echo.lua:4: asked to fail" in done.stdout


def test_a_damaged_file_is_a_failure_of_its_own(console: Run, site: Path, calls: Path) -> None:
    (calls / "bad.call.json").write_text("{")
    done = console("test", site)
    assert done.returncode == 1
    assert f"{calls / 'bad.call.json'}: not JSON: line 1, column 2" in done.stdout
    named = console("test", site, "bad")
    assert (named.returncode, named.stdout) == (2, "")
    assert "not JSON: line 1, column 2" in named.stderr


def test_results_for_a_ci(console: Run, site: Path, calls: Path, tmp_path: Path) -> None:
    write(
        calls / "echo.call.json",
        {"function": "echo", "expect": [{"kind": "value_equals", "value": "<&\u0001>"}]},
    )
    report = tmp_path / "junit.xml"
    done = console("test", site, "--junit", report, "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    told = [(one["kind"], one["name"], one["ok"]) for one in answer["tests"]]
    assert told == [("call", "echo", False), ("call", "hello", True), ("check", "policy", True)]
    suite = ElementTree.fromstring(report.read_bytes())
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "value: expected" in (failure.text or "")


def test_unusable_input(console: Run, site: Path, calls: Path) -> None:
    unknown = console("test", site, "nope")
    assert unknown.returncode == 2
    assert "there is no saved call, check or visit 'nope'; there are echo, hello, policy" in unknown.stderr
    for file in calls.iterdir():
        file.unlink()
    nothing = console("test", site)
    assert nothing.returncode == 2
    assert "there are no saved calls, checks or visits" in nothing.stderr
    assert console("test", site / "nowhere").returncode == 2


def test_the_site_is_as_it_was(console: Run, site: Path, calls: Path) -> None:
    (site / "site/lua/functions/echo.lua").write_text(
        'function call(r) goop.kv.set("k", 1) goop.chat.create("Room") return r.params end'
    )
    assert console("test", site).returncode == 0
    assert not (site / "site/lua/.state").exists()
    listed = console("call", site, "echo", "--json")
    assert json.loads(listed.stdout)["ok"]


def test_coverage_as_text_and_for_lcov(console: Run, site: Path, calls: Path, tmp_path: Path) -> None:
    (site / "site/lua/functions/guarded.lua").write_text(
        GUARDED.replace(
            "return drop(r) end", "\n  if r.params.x then\n    return 9\n  end\n  return drop(r)\nend"
        )
    )
    done = console("test", site, "--coverage", "--lcov", tmp_path / "out.info")
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith("site/")}
    guarded = rows["site/lua/functions/guarded.lua"]
    assert guarded.endswith("4; one way only: 3")
    assert "100 %" in rows["site/lua/functions/echo.lua"]
    record = (tmp_path / "out.info").read_text().split("functions/guarded.lua\n")[1].split("end_of_record")[0]
    assert {"DA:3,2", "DA:4,0", "DA:6,2", "BRF:2", "BRH:1", "LF:5", "LH:4"} <= set(record.splitlines())
    answer = json.loads(console("test", site, "--coverage", "--json").stdout)
    assert {one["script"] for one in answer["coverage"]} >= {"function/guarded", "function/echo"}
