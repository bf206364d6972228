"""What a call lost, and what Goop2 would do otherwise: on the command line, in a batch, in the check."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import Run

SCRIPT = """--- Mixed
function call(request)
  return { list = { 1, 2, x = 3 }, value = coroutine.wrap(function() return 1 end)() }
end
"""
WARNING = 'result.list: left out "x": a table with list entries is sent as a list, as Goop2 does'
NOTE = "Works here, not on Goop2: `coroutine.wrap`, line 3"


def put(site: Path) -> None:
    (site / "site/lua/functions/mixed.lua").write_text(SCRIPT)


def test_a_call_says_both_on_standard_error(console: Run, site: Path) -> None:
    put(site)
    done = console("call", site, "mixed")
    assert json.loads(done.stdout) == {"list": [1, 2], "value": 1}
    assert f"warning: {WARNING}" in done.stderr
    assert f"note: {NOTE}. Instead: a loop" in done.stderr


def test_a_batch_answers_warnings_where_there_are_any(console: Run, site: Path) -> None:
    put(site)
    request = json.dumps({"id": 1, "op": "call", "function": "mixed", "caller": "owner"})
    answer = json.loads(console("batch", site, stdin=request + "\n").stdout)
    assert answer["warnings"] == [WARNING]
    assert "notes" not in answer


def test_a_call_as_json_has_both(console: Run, site: Path) -> None:
    put(site)
    answer = json.loads(console("call", site, "mixed", "--json").stdout)
    assert answer["warnings"] == [WARNING]
    (note,) = answer["notes"]
    assert (note["id"], note["line"], note["what"], note["text"]) == (
        "coroutine",
        3,
        "`coroutine.wrap`",
        NOTE,
    )


def test_check_lists_notes_and_fails_on_them_when_strict(console: Run, site: Path) -> None:
    put(site)
    done = console("check", site)
    assert "Works here, not on Goop2: `coroutine.wrap`" in done.stdout
    assert console("check", site, "--strict").returncode == 1
