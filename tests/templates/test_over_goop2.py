"""Every bundled template over a folder in Goop2's exact shapes, and back: nothing of the owner's or of
Goop2's has changed.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from goop_console.resources import resource
from lua_engine import Engine, read_template
from tests.helpers.goop2 import write_goop2_folder
from tests.helpers.site_digest import site_digest

KEYS = sorted(folder.name for folder in resource("templates").iterdir() if folder.is_dir())


def foreign(digest: dict[str, Any]) -> dict[str, Any]:
    """What belongs to the owner or to Goop2 alone, whatever template is installed."""
    own = {
        "guestbook",
        "_a_table_of_tomorrow",
        "_peer_cache",
        "_favorites",
        "_group_subscriptions",
        "_cluster_jobs",
    }
    config = {key: value for key, value in digest["config"].items() if key != "viewer"}
    return {"tables": {name: digest["tables"][name] for name in own}, "config": config}


@pytest.mark.parametrize("key", KEYS)
def test_install_and_go_back(tmp_path: Path, key: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    goop2 = write_goop2_folder(site)
    try:
        with Engine.open(site, watch=False) as engine:
            before, config = site_digest(site, exact=True), (site / "goop.json").read_bytes()
            template = read_template(resource("templates") / key)
            engine.templates.install(template, bundled=True)
            installed = site_digest(site, exact=True)
            assert foreign(installed) == foreign(before)
            assert installed["config"]["viewer"] == {**before["config"]["viewer"], "active_template": key}
            assert {table.name for table in engine.tables.infos() if table.kind == "orm"} == set(
                template.table_names
            )
            assert all(info.state == "ok" for info in engine.scripts.all())
            goop2.execute("SELECT count(*) FROM guestbook").fetchone()  # Goop2 has been there all the while
            engine.templates.restore()
            after = site_digest(site, exact=True)
        assert _without_sequence(after) == _without_sequence(before)
        assert (site / "goop.json").read_bytes() == config
    finally:
        goop2.close()


def test_one_after_the_other_and_all_the_way_back(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    write_goop2_folder(site).close()
    with Engine.open(site, watch=False) as engine:
        before = site_digest(site, exact=True)
        for key in KEYS:
            engine.templates.install(read_template(resource("templates") / key), bundled=True)
        engine.templates.restore(engine.templates.backups()[-1].id)
        assert _without_sequence(site_digest(site, exact=True)) == _without_sequence(before)


def test_what_goop2_reads_of_a_template(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    write_goop2_folder(site).close()
    with Engine.open(site, watch=False) as engine:
        for key in KEYS:
            template = read_template(resource("templates") / key)
            engine.templates.install(template, bundled=True)
            connection = sqlite3.connect(site / "data.db")
            try:
                meta = dict(connection.execute("SELECT key, value FROM _meta WHERE key LIKE 'template%'"))
                registered = {row[0] for row in connection.execute("SELECT name FROM _tables")}
                schemas = {
                    row[0]: json.loads(row[1])
                    for row in connection.execute("SELECT table_name, schema_json FROM _orm_schemas")
                }
            finally:
                connection.close()
            assert json.loads(meta["template_manifest"])["name"] == template.name
            assert meta["template_tables"].split(",") == list(template.manifest.schemas)
            assert set(template.table_names) <= registered
            assert set(schemas) == set(template.table_names)
            assert meta["template_require_email"] == ("1" if template.manifest.require_email else "")
            assert bool(meta["template_group_id"]) == bool(template.roles or template.uses_group)


def _without_sequence(digest: dict[str, Any]) -> dict[str, Any]:
    """Numbers of chat messages are never given out twice: that their sequence went on is no difference."""
    rows = [row for row in digest["tables"]["sqlite_sequence"]["rows"] if row[0] != "_chat_messages"]
    return {**digest, "tables": {**digest["tables"], "sqlite_sequence": {"rows": rows}}}
