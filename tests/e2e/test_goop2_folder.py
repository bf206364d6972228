"""A folder in Goop2's shapes, open in another connection, is called and is unchanged but for what the call
wrote.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Caller, Engine
from tests.helpers.goop2 import CONFIG, dump, write_goop2_folder


@pytest.fixture
def goop2(tmp_path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    folder = tmp_path / "peer"
    connection = write_goop2_folder(folder)
    yield folder, connection
    connection.close()


def test_it_opens_is_called_and_stays_as_it_was(goop2: tuple[Path, sqlite3.Connection]) -> None:
    folder, connection = goop2
    before = dump(connection)
    key = (folder / "data/identity.key").read_bytes()
    with Engine.open(folder, watch=False) as engine:
        assert (engine.owner.label, engine.owner.email) == ("Odile", "odile@example.org")
        assert engine.owner.id.startswith("12D3KooW")
        ann = engine.peers.find("Ann")
        assert ann == Caller("peer-ann", "Ann", "ann@example.org")
        listed = engine.calls.call("board", {"action": "list"}, caller=ann)
        assert [card["title"] for card in listed.value["cards"]] == [f"card {i}" for i in range(5)]
        assert engine.calls.call("board", {"action": "role"}, caller=ann).value == {
            "role": "coauthor",
            "member": True,
        }
        assert engine.calls.call("board", {"action": "role"}, caller=Caller("peer-new")).value == {
            "role": "",
            "member": False,
        }
        assert engine.calls.call("board", {"action": "classic"}, caller=ann).value == {
            "err": "not an ORM table: guestbook"
        }
        assert engine.calls.call(
            "board", {"action": "add", "title": "from the console"}, caller=ann
        ).value == {"id": 6}
        refused = engine.calls.call("board", {"action": "remove", "id": 1}, caller=ann)
        assert refused.error is not None
        assert refused.error.message == "only the site owner can do this"
        assert engine.calls.chat("!hello Alice", caller=ann).value == "Hello, Alice!"
        kinds = {info.name: info.kind for info in engine.tables.infos()}
        assert (kinds["cards"], kinds["guestbook"], kinds["_a_table_of_tomorrow"]) == (
            "orm",
            "classic",
            "system",
        )

    after = dump(connection)
    added = [row for row in after["cards"] if row not in before["cards"]]
    assert [(row[0], row[1], row[2], row[5]) for row in added] == [
        (6, "peer-ann", "ann@example.org", "from the console")
    ]
    known = set(before) - {"(ddl)", "cards", "sqlite_sequence"}
    assert {name: after[name] for name in known} == {name: before[name] for name in known}
    ddl = dict(after["(ddl)"])  # type: ignore[arg-type]  # rows of two
    assert {name: ddl[name] for name, _ in before["(ddl)"]} == dict(before["(ddl)"])  # type: ignore[arg-type]
    assert (folder / "goop.json").read_text() == CONFIG
    assert (folder / "data/identity.key").read_bytes() == key


def test_saving_a_setting_keeps_everything_else(goop2: tuple[Path, sqlite3.Connection]) -> None:
    folder, _ = goop2
    (folder / "goop.json").write_text(CONFIG.replace('"enabled": true', '"enabled": false'))
    with Engine.open(folder, watch=False) as engine:
        engine.settings.enable_lua()
        assert engine.calls.call("board", {"action": "list"}, caller=engine.owner).ok
    assert json.loads((folder / "goop.json").read_text()) == json.loads(CONFIG)
    assert "12345678901234567890" in (folder / "goop.json").read_text()
    assert "20.50" in (folder / "goop.json").read_text()


def test_secrets_never_show(goop2: tuple[Path, sqlite3.Connection]) -> None:
    folder, _ = goop2
    with Engine.open(folder, watch=False) as engine:
        engine.settings.enable_lua()
        shown = (
            repr(engine.site.config)
            + str(engine.site.config)
            + repr(engine.settings.lua)
            + repr(vars(engine.site))
        )
    assert "SECRET" not in shown
