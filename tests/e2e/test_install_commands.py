"""The commands that change a whole site, as processes: install, templates, restore, add, export, and install
in a batch.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goop_console.resources import resource
from tests.helpers.command_line import run as console
from tests.helpers.goop2 import write_goop2_folder
from tests.helpers.site_digest import site_digest
from tests.helpers.small_template import template_files, write_files


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    return folder


def test_plan_install_call_restore(site: Path, tmp_path: Path) -> None:
    template = write_files(tmp_path / "notes", template_files())
    planned = console("install", site, template, "--plan")
    assert planned.returncode == 0
    assert "Install Notes over Board" in planned.stdout
    assert "+ site/index.html" in planned.stdout
    assert "drops table cards with 5 rows" in planned.stdout
    assert "closes group Board Co-authors (template, 2 members)" in planned.stdout
    before = site_digest(site)
    assert not (site / "site/index.html").exists()
    done = console("install", site, template)
    assert done.returncode == 0, done.stderr
    assert "info: seeded 3" in done.stdout
    backup = done.stdout.split()[-1]
    assert console("call", site, "notes").returncode == 0
    listed = console("restore", site, "--list")
    assert backup in listed.stdout
    assert "Before: Install Notes over Board" in listed.stdout
    restored = console("restore", site, backup)
    assert restored.returncode == 0, restored.stderr
    after = site_digest(site)
    assert after["files"] == before["files"]
    assert after["config"] == before["config"]


def test_a_wrong_template_is_one_line_and_exit_2(site: Path, tmp_path: Path) -> None:
    before = site_digest(site, exact=True)
    for wrong, said in (
        ("no-such-thing", "no such folder or archive, and no bundled template"),
        (site, "manifest.json"),
        (
            write_files(tmp_path / "bad", template_files(**{"lua/functions/notes.lua": "function ("})),
            "notes.lua:1",
        ),
    ):
        done = console("install", site, wrong)
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert site_digest(site, exact=True) == before


def test_the_gallery_is_listed_and_installed_by_name(site: Path) -> None:
    keys = sorted(folder.name for folder in resource("templates").iterdir())
    listed = console("templates")
    assert sorted(line.split()[0] for line in listed.stdout.splitlines()) == keys
    assert console("install", site, keys[0]).returncode == 0
    assert json.loads((site / "goop.json").read_text())["viewer"]["active_template"] == keys[0]


def test_ready_commands(site: Path) -> None:
    added = console("add", site, "ping", "!roll")
    assert added.returncode == 0, added.stderr
    assert console("chat", site, "!ping").stdout.strip()
    again = console("add", site, "ping")
    assert again.returncode == 2
    assert "!ping already" in again.stderr
    unknown = console("add", site, "nonsense")
    assert unknown.returncode == 2
    assert "no ready command 'nonsense'" in unknown.stderr


def test_an_exported_site_installs_again(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "made"
    done = console(
        "export",
        site,
        out,
        "--name",
        "Mine",
        "--description",
        "From my site",
        "--category",
        "own",
        "--icon",
        "M",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "manifest.json").read_text())["schemas"] == ["cards"]
    assert console("install", site, out).returncode == 0
    assert console("call", site, "board", "--action", "list").returncode == 0
    wrong = console("export", site, tmp_path / "x", "--name", "Mine", "--table", "guestbook")
    assert wrong.returncode == 2
    assert "guestbook" in wrong.stderr


def test_install_in_a_batch(site: Path, tmp_path: Path) -> None:
    template = write_files(tmp_path / "notes", template_files())
    requests = [
        {"id": 1, "op": "install", "template": str(template)},
        {"id": 2, "op": "call", "function": "notes", "caller": "owner"},
        {"id": 3, "op": "install", "template": str(tmp_path)},
        {"id": 4, "op": "functions"},
    ]
    done = console("batch", site, stdin="".join(json.dumps(one) + "\n" for one in requests))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["ok"]
    assert answers[0]["value"]["tables"] == ["notes"]
    assert answers[0]["logs"] == [{"level": "info", "message": "seeded 3"}]
    assert len(answers[1]["value"]) == 3
    assert answers[2]["error"]["kind"] == "bad_request"
    assert "manifest.json" in answers[2]["error"]["message"]
    assert {one["name"] for one in answers[3]["value"]} >= {"notes", "seed", "board"}
