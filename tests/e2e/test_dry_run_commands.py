"""``call`` and ``chat`` with ``--dry-run``, and as roles and strangers, as processes on a site with a
template.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def todo(console: Run, site: Path) -> Path:
    """The small site with the to-do template: its group has the roles coauthor and viewer, and no members
    yet.
    """
    done = console("install", site, "todo")
    assert done.returncode == 0, done.stderr
    return site


def digest(site: Path) -> dict[str, str]:
    files = (
        path
        for path in site.rglob("*")
        if path.is_file() and not path.name.startswith("log.db") and not path.name.startswith("data.db-")
    )
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_a_dry_run_says_what_would_change_and_changes_nothing(console: Run, todo: Path) -> None:
    before = digest(todo)
    params = '{"list_id": 1, "text": "Dry"}'
    done = console("call", todo, "todo", "--action", "add", "--params", params, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("dry run: nothing was changed\nwould change tasks: 1 added\n")
    assert json.loads(done.stdout)["id"] > 0
    assert digest(todo) == before
    answer = json.loads(
        console("call", todo, "todo", "--action", "add", "--params", params, "--dry-run", "--json").stdout
    )
    assert (answer["ok"], answer["dry_run"]) == (True, True)
    assert answer["changes"] == {"tasks": {"added": 1, "changed": 0, "removed": 0, "left_out": 0}}
    assert digest(todo) == before


@pytest.mark.parametrize(
    ("who", "code"), [("owner", 0), ("role:coauthor", 0), ("role:viewer", 1), ("stranger", 1)]
)
def test_the_answer_is_that_of_the_role(console: Run, todo: Path, who: str, code: int) -> None:
    done = console(
        "call",
        todo,
        "todo",
        "--action",
        "add",
        "--params",
        '{"list_id": 1, "text": "x"}',
        "--as",
        who,
        "--dry-run",
        "--json",
    )
    answer = json.loads(done.stdout)
    refused = answer["value"].get("error") == "only co-authors can do this"
    assert (answer["ok"], refused) == (True, bool(code))


def test_a_role_that_nobody_has_takes_dry_runs_only(console: Run, todo: Path) -> None:
    done = console("call", todo, "todo", "--action", "lists", "--as", "role:viewer", "--live")
    assert done.returncode == 2
    assert "nobody has the role viewer; without --live" in done.stderr
    tried = console("call", todo, "todo", "--action", "lists", "--as", "role:viewer")
    assert (tried.returncode, tried.stderr.splitlines()[0]) == (0, "dry run: nothing was changed")
    assert console("call", todo, "todo", "--action", "lists", "--as", "stranger").returncode == 0


def test_a_chat_message_can_be_tried(console: Run, site: Path) -> None:
    done = console("chat", site, "!hello Al", "--dry-run", "--as", "stranger")
    assert (done.returncode, done.stdout) == (0, "Hello, Al!\n")
    assert "dry run: nothing was changed" in done.stderr


def test_nobody_is_told(console: Run, todo: Path) -> None:
    done = console("call", todo, "todo", "--as", "role:queen", "--dry-run")
    assert done.returncode == 2
    assert "nobody can have the role queen: the template's group has coauthor, viewer" in done.stderr


@pytest.mark.parametrize(
    ("who", "options", "is_kept"),
    [
        ("owner", (), True),
        ("owner", ("--dry-run",), False),
        ("stranger", (), False),
        ("stranger", ("--live",), True),
        ('{"id": "12D3KooWNew", "label": "Nora"}', (), False),
        ('{"id": "12D3KooWNew", "label": "Nora"}', ("--live",), True),
    ],
)
def test_a_call_is_dry_unless_the_owner_makes_it_or_it_is_said(
    console: Run, site: Path, who: str, options: tuple[str, ...], is_kept: bool
) -> None:
    (site / "site/lua/functions/keeps.lua").write_text("function call() goop.kv.set('n', 1) return 1 end")
    done = console("call", site, "keeps", "--as", who, *options)
    assert done.returncode == 0
    assert (site / "site/lua/.state/keeps.json").exists() is is_kept
    assert ("dry run: nothing was changed" in done.stderr) is not is_kept
    assert ("add --live for this one" in done.stderr) is (not is_kept and not options)


@pytest.mark.parametrize("option", ["--junit", "--lcov"])
@pytest.mark.parametrize(("place", "said"), [("nowhere/results", "there is no folder"), ("", "is a folder")])
def test_a_report_that_has_no_place_is_refused_before_anything_runs(
    console: Run, site: Path, tmp_path: Path, option: str, place: str, said: str
) -> None:
    done = console("test", site, option, str(tmp_path / place))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"goop-console: {option}: ")
    assert said in done.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A site that was never opened: no data, no key, nothing of the console's."""
    folder = tmp_path / "bare"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / ".goop-console/calls").mkdir(parents=True)
    (folder / "goop.json").write_text('{"profile": {"label": "Mara"}, "lua": {"enabled": true}}')
    (folder / "site/lua/functions/who.lua").write_text(
        "function call() goop.kv.set('k', 1) goop.group.create('g', 'chat') return goop.peer.label end"
    )
    (folder / "site/lua/hi.lua").write_text("function handle() return 'Hi' end")
    (folder / ".goop-console/calls/a.call.json").write_text(
        '{"kind": "call", "function": "who", "caller": "owner", "expect": []}'
    )
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("call", "who", "--as", "stranger"),
        ("call", "who", "--dry-run"),
        ("call", "nosuch", "--dry-run"),
        ("chat", "!hi", "--as", "stranger"),
        ("test",),
        ("unfinished",),
    ],
)
def test_a_dry_run_makes_no_data_where_there_are_none(
    console: Run, bare: Path, words: tuple[str, ...]
) -> None:
    before = sorted(bare.rglob("*"))
    done = console(words[0], bare, *words[1:])
    assert done.returncode == (1 if "nosuch" in words else 0), done.stderr
    assert sorted(bare.rglob("*")) == before


def test_the_owners_call_by_label_is_for_real_there(console: Run, bare: Path) -> None:
    done = console("call", bare, "who", "--as", "Mara")
    assert (done.stdout, done.stderr) == ('"Mara"\n', "")
    assert (bare / "data.db").exists()


def test_a_dry_run_where_nothing_can_be_written(
    console: Run, todo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _path, mode, **_: mode & os.W_OK == 0)  # tests may run as root
    before = digest(todo)
    done = console("call", todo, "todo", "--action", "board", "--as", "stranger", "--json")
    assert json.loads(done.stdout)["dry_run"] is True
    done = console("call", todo, "todo", "--action", "board")
    assert (done.returncode, "the folder is read-only" in done.stderr) == (2, True)
    assert digest(todo) == before


def test_an_empty_path_is_not_the_folder_one_stands_in(
    console: Run, todo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(todo)
    for words in (("check", ""), ("install", "", "todo"), ("open", "")):
        done = console(*words)
        assert (done.returncode, "argument SITE: the path is empty" in done.stderr) == (2, True)
    done = console("install", todo, "")
    assert (done.returncode, "the template's name is empty" in done.stderr) == (2, True)
