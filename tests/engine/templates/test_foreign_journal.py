"""A folder that comes with an unfinished change: nothing of it is carried out, nothing outside is touched,
and the owner decides.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import Engine, KnownError, SiteError, TemplateError, read_template
from lua_engine.site.folder import SiteFolder
from lua_engine.site.inner_path import path_flaw
from lua_engine.templates.change_paths import changed_file, changed_folder
from tests.helpers.foreign_change import (
    CHANGE_ID,
    change_folder,
    half_installed,
    kept_file,
    sha,
    write_change,
)
from tests.helpers.small_template import template_files, write_files

OWN = (".goop-console/lock", ".goop-console/log.db", ".goop-console/.gitignore")
PAYLOAD = b"[Desktop Entry]\nExec=evil\n"
VICTIM = b"precious"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "home/site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/f.lua").write_text("function call(request) return 1 end")
    (tmp_path / "home/autostart").mkdir()
    (tmp_path / "home/empty").mkdir()
    (tmp_path / "home/victim.txt").write_bytes(VICTIM)
    return folder


def outside(site: Path) -> dict[str, bytes | None]:
    """Everything beside the site."""
    home = site.parent
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else None
        for path in sorted(home.rglob("*"))
        if not path.is_relative_to(site)
    }


def inside(site: Path) -> dict[str, bytes | None]:
    """What of the site a change could touch, the console's own state left out."""
    return {
        str(path.relative_to(site)): path.read_bytes() if path.is_file() else None
        for path in sorted(site.rglob("*"))
        if path.is_symlink() or (not path.name.startswith("data.db") and "identity" not in path.name)
    }


def files(*paths: str, before: bytes | None = PAYLOAD, after: bytes | None = None) -> list[dict[str, Any]]:
    return [{"path": path, "before": before and sha(before), "after": after and sha(after)} for path in paths]


HOSTILE_PATHS = [
    "../autostart/evil.desktop",
    "../../home/autostart/evil.desktop",
    "site/../../autostart/evil.desktop",
    "site/css/../../../victim.txt",
    "./../victim.txt",
    "..\\victim.txt",
    "site\\..\\..\\victim.txt",
    "C:/victim.txt",
    "site/\0/x",
    "site/a\nb",
    "",
    ".",
    "/",
    "site/",
    "site//x",
    "~/victim.txt",
    "goop.json",
    "GOOP.JSON",
    "Goop.Json",
    "data.db",
    "DATA.DB-wal",
    "data/identity.key",
    "Data/Identity.KEY",
    ".goop-console/peers.json",
    ".GOOP-console/template.json",
    ".goop-console/backups/x/journal.json",
    ".git/hooks/post-checkout",
    ".bashrc",
    "site/con",
    "site/lpt1.txt",
    "site/trailing.",
    "site/trailing ",
    "site/\u200bx",
    "site/\ud800",
    "x" * 5000,
    "site/" + "a/" * 100 + "x",
    "autostart/evil.desktop",
]


def test_no_path_that_leads_elsewhere_passes(site: Path) -> None:
    folder = SiteFolder.open(site)
    for path in [*HOSTILE_PATHS, str(site.parent / "victim.txt")]:
        with pytest.raises(KnownError, match="a change names"):
            changed_file(folder, path)
        with pytest.raises(KnownError, match="a change names"):
            changed_folder(folder, path)


@given(st.text(alphabet="./\\:~ aA\0\u200bsite", max_size=30))
def test_whatever_passes_is_inside(text: str) -> None:
    flaw = path_flaw(text)
    place = os.path.normpath(f"/home/site/{text}")
    assert flaw or (place.startswith("/home/site/") and place == f"/home/site/{text}")


@pytest.mark.parametrize("path", [*HOSTILE_PATHS[::5], "ABSOLUTE"])
def test_a_path_that_leads_elsewhere_is_never_used(site: Path, path: str) -> None:
    if path == "ABSOLUTE":
        path = str(site.parent / "victim.txt")
    if "\0" not in path and len(path) < 1000 and "\ud800" not in path and not path.startswith("/"):
        kept_file(site, path or "x", PAYLOAD)
    write_change(
        site,
        files=[*files(path), *files(path, before=None, after=VICTIM)],
        folders=[path, "../empty"],
    )
    before, within = outside(site), inside(site)
    with Engine.open(site, watch=False) as engine:
        (change,) = engine.templates.recovery.undecided()
        assert change.id == CHANGE_ID
        assert change.refusal
        with pytest.raises(KnownError, match="cannot be undone"):
            engine.templates.recovery.undo_undecided(CHANGE_ID)
        assert inside(site).items() >= within.items()
        engine.templates.recovery.drop_undecided(CHANGE_ID)
        assert engine.templates.recovery.undecided() == ()
        assert engine.calls.call("f", caller=engine.owner).ok
    assert outside(site) == before
    assert not change_folder(site).exists()


@pytest.mark.parametrize("folder", ["../empty", "/tmp", "site/../../empty", ".git", "data", ".goop-console"])
def test_a_folder_that_leads_elsewhere_is_never_removed(site: Path, folder: str) -> None:
    write_change(site, folders=[folder])
    before = outside(site)
    with Engine.open(site, watch=False) as engine:
        assert engine.templates.recovery.undecided()[0].refusal
    assert outside(site) == before


@pytest.mark.parametrize("level", ["file", "folder", "root", "kept file", "kept folder"])
def test_a_link_at_any_level_is_not_followed(site: Path, level: str) -> None:
    home = site.parent
    path = "site/css/victim.txt"
    kept_file(site, path, PAYLOAD)
    change = write_change(site, files=files(path, after=VICTIM)).parent
    if level == "file":
        (site / "site/css").mkdir()
        (site / path).symlink_to(home / "victim.txt")
    elif level == "folder":
        (site / "site/css").symlink_to(home)
    elif level == "root":
        shutil.move(site / "site", home / "moved")
        (home / "moved/css").mkdir()
        (home / "moved/css/victim.txt").write_bytes(VICTIM)
        (site / "site").symlink_to(home / "moved")
    elif level == "kept file":
        (change / "before" / path).unlink()
        (change / "before" / path).symlink_to(home / "victim.txt")
    else:
        shutil.rmtree(change / "before/site/css")
        (change / "before/site/css").symlink_to(home)
    before = outside(site)
    if level == "root":
        with pytest.raises(SiteError, match="script_dir"):
            Engine.open(site, watch=False)
    else:
        with Engine.open(site, watch=False) as engine:
            assert engine.templates.recovery.undecided()[0].refusal
            with pytest.raises(KnownError):
                engine.templates.recovery.undo_undecided(CHANGE_ID)
    assert outside(site) == before


@pytest.mark.parametrize("name", [".goop-console", ".goop-console/backups", ".goop-console/trash"])
def test_a_folder_of_ours_that_is_a_link_is_not_used(site: Path, tmp_path: Path, name: str) -> None:
    elsewhere = site.parent / "elsewhere"
    (elsewhere / CHANGE_ID).mkdir(parents=True)
    (elsewhere / "data.txt").write_bytes(VICTIM)
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).symlink_to(elsewhere)
    before = outside(site)
    with pytest.raises(KnownError, match="is a symbolic link"), Engine.open(site, watch=False) as engine:
        engine.scripts.delete(engine.scripts.all()[0])
    assert outside(site) == before
    assert (site / "site/lua/functions/f.lua").exists()


NO_JOURNALS = [
    b"5",
    b"null",
    b"[]",
    b"{",
    b"",
    b"[" * 100_000,
    b"\xff\xfe",
    b'{"a":' * 5000,
]
NO_MEMBERS = [
    {"id": "20261101-120000-0badcaff"},
    {"kind": "evil"},
    {"title": 5},
    {"title": "x" * 5000},
    {"created_at": "now"},
    {"created_at": 1e300},
    {"created_at": None, "made_at": 1_790_000_000.0},  # a name of format 2
    {"has_database": 1},
    {"state": "other"},
    {"files": "site/x"},
    {"files": [5]},
    {"files": [{"path": 5, "before": None, "after": None}]},
    {"files": [{"path": "site/x", "before": "no hash", "after": None}]},
    {"files": [{}] * 20_000},
    {"folders": [None]},
    {"config": [{"key": "p2p.private_key", "had_section": True, "had": True, "before": "x", "has": True}]},
    {
        "config": [
            {"key": "lua.enabled", "had_section": 1, "had": True, "before": 5, "has": True, "after": True}
        ]
    },
]


@pytest.mark.parametrize("text", NO_JOURNALS)
def test_a_journal_that_is_none_is_shown_and_dropped(site: Path, text: bytes) -> None:
    write_change(site).write_bytes(text)
    with Engine.open(site, watch=False) as engine:
        (change,) = engine.templates.recovery.undecided()
        assert "damaged" in change.refusal
        assert "cannot be read" in change.summary
        engine.templates.recovery.drop_undecided(change.id)
        assert engine.templates.recovery.undecided() == ()


@pytest.mark.parametrize("keys", NO_MEMBERS, ids=lambda keys: str(keys)[:40])
def test_every_member_of_a_journal_is_checked(site: Path, keys: dict[str, Any]) -> None:
    write_change(site, **keys)
    with Engine.open(site, watch=False) as engine:
        assert "damaged" in engine.templates.recovery.undecided()[0].refusal


def test_a_pipe_or_a_device_as_journal_holds_nobody(site: Path) -> None:
    path = write_change(site)
    for make in (os.mkfifo, lambda place: os.symlink("/dev/zero", place), os.mkdir):
        path.unlink() if not path.is_dir() else path.rmdir()
        make(path)
        with Engine.open(site, watch=False) as engine:
            assert engine.templates.recovery.undecided()[0].refusal
            assert engine.calls.call("f", caller=engine.owner).ok
    path.rmdir()


def test_a_foreign_change_waits_for_its_owner(site: Path, tmp_path: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        assert engine.owner.id  # makes the key
    half_installed(site)
    within = inside(site)
    template = read_template(write_files(tmp_path / "notes", template_files()))
    with Engine.open(site, watch=False) as engine:
        (change,) = engine.templates.recovery.undecided()
        assert change.summary == (
            "This folder holds an unfinished change from another machine: Install Holiday Pictures. "
            "It is not carried out."
        )
        assert change.files == (("site/index.html", "replaced"), ("site/css/new.css", "added"))
        assert not engine.templates.recovery.has_unfinished()
        with pytest.raises(TemplateError, match="Undo it or drop it first"):
            engine.templates.install(template)
        assert engine.calls.call("f", caller=engine.owner).ok
    now = {name: data for name, data in inside(site).items() if not name.startswith(OWN)}
    assert now == {name: data for name, data in within.items() if not name.startswith(OWN)}


def test_a_title_turns_no_line_around(site: Path) -> None:
    write_change(site, title="Install \u202egnp.x\x1b\n" + "y" * 500)
    with Engine.open(site, watch=False) as engine:
        summary = engine.templates.recovery.undecided()[0].summary
    assert summary.isprintable()
    assert len(summary) < 300


def test_undo_puts_the_files_back(site: Path, tmp_path: Path) -> None:
    half_installed(site)
    with Engine.open(site, watch=False) as engine:
        engine.templates.recovery.undo_undecided(CHANGE_ID)
        assert engine.templates.recovery.undecided() == ()
        assert (site / "site/index.html").read_bytes() == b"<p>old</p>"
        assert not (site / "site/css").exists()
        engine.templates.install(read_template(write_files(tmp_path / "notes", template_files())))


def test_undo_leaves_what_was_edited_since(site: Path) -> None:
    half_installed(site)
    (site / "site/index.html").write_text("mine")
    with Engine.open(site, watch=False) as engine:
        engine.templates.recovery.undo_undecided(CHANGE_ID)
    assert (site / "site/index.html").read_text() == "mine"


def test_drop_leaves_the_site_as_it_is(site: Path) -> None:
    half_installed(site)
    with Engine.open(site, watch=False) as engine:
        engine.templates.recovery.drop_undecided(CHANGE_ID)
    assert (site / "site/index.html").read_bytes() == b"<p>new</p>"
    assert (site / "site/css/new.css").exists()


def test_a_kept_file_that_was_changed_is_not_put_back(site: Path) -> None:
    half_installed(site)
    kept_file(site, "site/index.html", b"<script>other</script>")
    with Engine.open(site, watch=False) as engine:
        with pytest.raises(KnownError, match="the backup is damaged"):
            engine.templates.recovery.undo_undecided(CHANGE_ID)
        assert (site / "site/index.html").read_bytes() == b"<p>new</p>"


@pytest.fixture
def installed(site: Path, tmp_path: Path) -> Path:
    """The journal of a change of our own, done."""
    with Engine.open(site, watch=False) as engine:
        backup = engine.templates.install(
            read_template(write_files(tmp_path / "notes", template_files()))
        ).backup
    return site / ".goop-console/backups" / backup / "journal.json"


def test_a_journal_of_ours_that_was_edited_is_foreign(site: Path, installed: Path) -> None:
    tree = json.loads(installed.read_text())
    installed.write_text(json.dumps({**tree, "state": "prepared"}))
    page = (site / "site/index.html").read_bytes()
    with Engine.open(site, watch=False) as engine:
        assert [one.id for one in engine.templates.recovery.undecided()] == [tree["id"]]
    assert (site / "site/index.html").read_bytes() == page


def test_another_users_journal_is_foreign(
    site: Path, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other user"))
    with Engine.open(site, watch=False) as engine:
        assert engine.templates.recovery.undecided() == ()  # it is done: a backup, and nothing to carry out
        assert [one.id for one in engine.templates.backups()] == [installed.parent.name]
        assert "made on another machine" in engine.templates.plan_restore().warnings[0]
    assert not (tmp_path / "other user").exists()


def test_a_change_that_is_in_the_database_already_can_only_be_dropped(site: Path) -> None:
    half_installed(site)
    with Engine.open(site, watch=False) as engine:
        with engine._database.system_write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO _meta (key, value) VALUES ('goop_console_change', ?)", (CHANGE_ID,)
            )
        assert "drop it" in engine.templates.recovery.undecided()[0].refusal
        engine.templates.recovery.drop_undecided(CHANGE_ID)
        assert not engine.templates.recovery.has_unfinished()


def test_only_folders_that_we_made_are_ever_cleaned(site: Path, tmp_path: Path) -> None:
    theirs = site / ".goop-console/backups/photos"
    theirs.mkdir(parents=True)
    (theirs / "one.jpg").write_bytes(VICTIM)
    with Engine.open(site, watch=False) as engine:
        engine.templates.install(read_template(write_files(tmp_path / "notes", template_files())))
    assert (theirs / "one.jpg").read_bytes() == VICTIM


def test_a_list_of_template_files_that_names_others_removes_nothing(site: Path, tmp_path: Path) -> None:
    template = read_template(write_files(tmp_path / "notes", template_files()))
    with Engine.open(site, watch=False) as engine:
        engine.templates.install(template)
        book = site / ".goop-console/template.json"
        tree = json.loads(book.read_text())
        for name in ("goop.json", "../victim.txt", "data/identity.key"):
            book.write_text(json.dumps({**tree, "files": {name: sha(VICTIM)}}))
            with pytest.raises(TemplateError, match=r"template\.json"):
                engine.templates.install(template)
    assert (site.parent / "victim.txt").read_bytes() == VICTIM
    assert (site / "goop.json").exists()
