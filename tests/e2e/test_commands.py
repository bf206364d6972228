"""The commands as a person uses them, on the demo site and on a small one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goop_console.demo import build_demo

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    build_demo(folder)
    return folder


def test_a_member_lists_adds_and_toggles(console: Run, demo: Path) -> None:
    listed = console("call", demo, "tasks", "--action", "list", "--as", "Anna")
    assert len(json.loads(listed.stdout)["tasks"]) >= 16
    added = console(
        "call",
        demo,
        "tasks",
        "--action",
        "add",
        "--params",
        '{"text": "Paint the gate", "kind": "tools"}',
        "--as",
        "Anna",
        "--live",
    )
    assert added.returncode == 0
    number = json.loads(added.stdout)["id"]
    assert "added by Anna" in added.stderr
    params = json.dumps({"id": number})
    toggled = console(
        "call", demo, "tasks", "--action", "toggle", "--params", params, "--as", "Anna", "--live"
    )
    assert json.loads(toggled.stdout) == {"status": "toggled"}


def test_a_stranger_cannot_delete(console: Run, demo: Path) -> None:
    done = console("call", demo, "tasks", "--action", "delete", "--params", '{"id": 1}', "--as", "Dmitri")
    assert (done.returncode, done.stdout) == (1, "")
    assert "only the site owner can do this" in done.stderr
    assert "as Dmitri" in done.stderr


def test_somebody_new_needs_no_registration(console: Run, demo: Path) -> None:
    done = console("chat", demo, "!hello", "--as", '{"id": "12D3KooWNew", "label": "Nora"}')
    assert done.stdout.startswith("Hello, Nora!")


def test_a_task_that_does_not_fit_the_schema_is_refused(console: Run, demo: Path) -> None:
    params = '{"text": "x", "kind": "nope"}'
    done = console("call", demo, "tasks", "--action", "add", "--params", params, "--as", "Anna", "--live")
    assert json.loads(done.stdout) == {"error": 'column "kind": value "nope" is not a valid enum option'}
    assert done.stderr == ""


def test_the_demo_has_thirty_rows_four_peers_and_their_roles(console: Run, demo: Path) -> None:
    from lua_engine import Engine

    with Engine.open(demo, watch=False) as engine:
        assert {peer.label: engine.peers.role_of(peer.id) for peer in engine.peers.all()} == {
            "Mara": "owner",
            "Anna": "coauthor",
            "Ben": "coauthor",
            "Chiara": "viewer",
            "Dmitri": "",
        }
        rows = [
            engine.calls.call("harvest", {"action": "totals"}, caller=engine.owner).value,
            engine.tables.page("tasks").rows,
            engine.tables.page("harvest").rows,
        ]
    assert len(rows[1]) + len(rows[2]) >= 30


def test_the_mistake_of_the_demo_says_where_it_is(console: Run, demo: Path) -> None:
    done = console("call", demo, "harvest", "--action", "best", "--params", '{"crop": "pumpkin"}')
    assert done.returncode == 1
    assert "harvest.lua:22: attempt to index local 'best' (a nil value)" in done.stderr


def test_chat_prints_the_reply(console: Run, demo: Path) -> None:
    assert console("chat", demo, "!hello", "--as", "Chiara").stdout.startswith("Hello, Chiara!")
    unknown = console("chat", demo, "!nope")
    assert (unknown.returncode, unknown.stdout.strip()) == (1, "Unknown command: nope")
    for text in ("good morning", "!", ""):
        said = console("chat", demo, text)
        assert (said.returncode, said.stdout) == (0, "")
        assert "no command was called: a message to a script begins with !" in said.stderr


def test_a_message_that_nobody_may_answer_says_why(console: Run, site: Path) -> None:
    (site / "goop.json").write_text("{}")
    done = console("chat", site, "!hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert "disabled: Lua is disabled for this site: set lua.enabled to true" in done.stderr


def test_json_output_is_a_batch_answer(console: Run, site: Path) -> None:
    done = console("call", site, "echo", "--json", "--params", '{"a": 1}')
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["value"], answer["logs"]) == (
        True,
        {"a": 1},
        [{"level": "info", "message": "from Mara"}],
    )


def test_check_lists_scripts_and_fails_on_a_broken_one(console: Run, site: Path) -> None:
    good = console("check", site)
    assert good.returncode == 0
    assert "hello" in good.stdout
    assert "3/min" in good.stdout
    assert "30/min (default)" in good.stdout
    (site / "site/lua/broken.lua").write_text("function handle(\n  return 1\nend")
    bad = console("check", site)
    assert bad.returncode == 1
    assert "broken.lua:2" in bad.stdout


def test_check_works_while_lua_is_disabled(console: Run, site: Path) -> None:
    (site / "goop.json").write_text("{}")
    done = console("check", site)
    assert done.returncode == 0
    assert "Lua is off" in done.stdout


def test_the_command_line_does_not_import_qt(site: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, goop_console.cli as c; c.main(['check', sys.argv[1]]); "
        "print([m for m in sys.modules if m.startswith('PySide6')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(site)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_and_help(console: Run) -> None:
    names = [line.split()[0] for line in console("--version").stdout.splitlines()]
    assert names == ["goop-console", "Python", "Qt", "Lua", "SQLite"]
    assert "batch" in console("--help").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("call", "SITE", "echo", "--params", '{"a": "ä"}'),
        ("call", "SITE", "nothing"),
        ("chat", "SITE", "!hello Alice"),
        ("check", "SITE"),
        ("templates",),
        ("no-such-command",),
    ],
    ids=" ".join,
)
def test_a_process_answers_as_the_other_tests_see_it(
    console: Run, process: Run, site: Path, words: tuple[str, ...]
) -> None:
    arguments = [site if word == "SITE" else word for word in words]
    here, there = console(*arguments), process(*arguments)
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)


def test_check_only_reads_the_site(console: Run, tmp_path: Path) -> None:
    site = tmp_path / "somebody's"
    (site / "site/lua").mkdir(parents=True)
    (site / "goop.json").write_text("{}")
    (site / "site/lua/hello.lua").write_text("function handle() return 1 end")
    before = sorted(site.rglob("*"))
    done = console("check", site)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n1 script, 0 broken, 0 warnings, 0 hints;" in done.stdout
    assert sorted(site.rglob("*")) == before, "no log, no identity, no database"
