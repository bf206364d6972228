"""A template's group between this program and Goop2: one group, with its members, whoever installs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lua_engine import Engine, read_template
from tests.helpers.goop2 import apply_template, write_goop2_folder
from tests.helpers.small_template import template_files, write_files


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    return folder


@contextmanager
def goop2(site: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(site / "data.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def install(site: Path, tmp_path: Path, name: str) -> None:
    folder = write_files(tmp_path / f"template-{len(list(tmp_path.iterdir()))}" / "t", template_files(name))
    with Engine.open(site, watch=False) as engine:
        engine.templates.install(read_template(folder))


def groups(site: Path) -> list[tuple[str, str]]:
    with goop2(site) as connection:
        return connection.execute(
            "SELECT name, group_context FROM _groups WHERE group_type = 'template' ORDER BY name"
        ).fetchall()


def members(site: Path) -> list[tuple[str, str]]:
    with goop2(site) as connection:
        return connection.execute(
            "SELECT peer_id, role FROM _group_members WHERE group_id = "
            "(SELECT value FROM _meta WHERE key = 'template_group_id') ORDER BY peer_id"
        ).fetchall()


def meta(site: Path, key: str) -> str:
    with goop2(site) as connection:
        return str(connection.execute("SELECT value FROM _meta WHERE key = ?", (key,)).fetchone()[0])


def join(site: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        engine.groups.add_to_template("peer-ann", "writer")


def test_ours_then_goop2_then_ours_keeps_one_group_and_its_members(site: Path, tmp_path: Path) -> None:
    install(site, tmp_path, "Notes")
    join(site)
    group = meta(site, "template_group_id")
    with goop2(site) as connection:
        apply_template(connection, "Notes", has_group=True)
    assert meta(site, "template_group_id") == group
    install(site, tmp_path, "Notes")
    assert (meta(site, "template_group_id"), meta(site, "template_group_name")) == (group, "Notes")
    assert groups(site) == [("Notes Co-authors", "Notes")]
    assert members(site) == [("peer-ann", "writer")]


def test_a_group_that_goop2_made_is_kept_and_found_again_by_goop2(site: Path, tmp_path: Path) -> None:
    with goop2(site) as connection:
        apply_template(connection, "Notes", has_group=True)
    group = meta(site, "template_group_id")
    join(site)
    install(site, tmp_path, "Notes")
    with goop2(site) as connection:
        apply_template(connection, "Notes", has_group=True)
    assert meta(site, "template_group_id") == group
    assert members(site) == [("peer-ann", "writer")]


def test_goop2_closes_our_group_when_it_switches(site: Path, tmp_path: Path) -> None:
    install(site, tmp_path, "Notes")
    join(site)
    with goop2(site) as connection:
        apply_template(connection, "Todo", has_group=False)
        assert connection.execute("SELECT peer_id FROM _group_members").fetchall() == []
    assert groups(site) == []
    with Engine.open(site, watch=False) as engine:
        assert engine.groups.template_role("peer-ann") == ""


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_site_of_an_older_build_is_mended_at_open(site: Path, *, is_read_only: bool) -> None:
    with goop2(site) as connection:
        connection.execute("UPDATE _meta SET value = 'Board Co-authors' WHERE key = 'template_group_name'")
    with Engine.open(site, watch=False, read_only=is_read_only):
        pass
    assert meta(site, "template_group_name") == ("Board Co-authors" if is_read_only else "Board")


def test_nothing_is_mended_that_is_right_or_foreign(site: Path) -> None:
    for stored in ("Board", "", "Other Co-authors"):
        with goop2(site) as connection:
            connection.execute("UPDATE _meta SET value = ? WHERE key = 'template_group_name'", (stored,))
        with Engine.open(site, watch=False):
            pass
        assert meta(site, "template_group_name") == stored


def test_going_back_to_a_backup_of_an_older_build_brings_the_right_name(site: Path, tmp_path: Path) -> None:
    install(site, tmp_path, "Notes")
    (backup,) = (site / ".goop-console/backups").glob("*/data.db")
    with sqlite3.connect(backup) as connection:
        connection.execute("UPDATE _meta SET value = 'Board Co-authors' WHERE key = 'template_group_name'")
    connection.close()
    with Engine.open(site, watch=False) as engine:
        engine.templates.restore()
    assert meta(site, "template_group_name") == "Board"
