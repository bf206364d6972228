"""Settings are changed within their bounds, all or none, and nothing else of goop.json with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lua_engine import ConfigChanged, ConfigError, Engine, Event
from tests.helpers.goop2 import CONFIG, write_goop2_folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    return folder


def test_what_is_there(site: Path) -> None:
    with Engine.open(site, watch=False, overrides={"timeout_seconds": 9}) as engine:
        settings = engine.settings.read()
        assert (settings.label, settings.email, settings.lua.timeout_seconds, settings.lua.kv_enabled) == (
            "Odile",
            "odile@example.org",
            5,
            True,
        )


def test_a_change_is_applied_at_once_and_alone(site: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        events: list[Event] = []
        engine.bus.subscribe(events.append)
        engine.settings.change({"profile.label": "Odile B.", "lua.timeout_seconds": 10})
        assert engine.settings.lua.timeout_seconds == 10
        assert engine.owner.label == "Odile B."
        assert sum(isinstance(event, ConfigChanged) for event in events) == 1
    expected = CONFIG.replace('"Odile"', '"Odile B."').replace(
        '"timeout_seconds": 5', '"timeout_seconds": 10'
    )
    assert (site / "goop.json").read_text() == expected


def test_a_new_key_joins_its_section(site: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        engine.settings.change({"lua.http_enabled": False})
        assert not engine.settings.lua.http_enabled
    assert (site / "goop.json").read_text() == CONFIG.replace(
        '{"x": null}]}', '{"x": null}],\n    "http_enabled": false}'
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lua.timeout_seconds": 61}, "lua.timeout_seconds is 61, must be between 1 and 60"),
        ({"lua.timeout_seconds": True}, "lua.timeout_seconds is true"),
        ({"lua.rate_limit_global": 0}, "lua.rate_limit_global is 0, must be at least 1"),
        ({"lua.max_memory_mb": "10"}, "lua.max_memory_mb"),
        ({"lua.script_dir": "../elsewhere"}, "lua.script_dir"),
        ({"lua.script_dir": ""}, "lua.script_dir"),
        ({"profile.label": "a\nb"}, "profile.label"),
        ({"profile.label": 5}, "profile.label"),
        ({"p2p.nacl_private_key": "x"}, "is not a setting"),
        ({"lua.enabled": False, "lua.timeout_seconds": 0}, "lua.timeout_seconds is 0"),
    ],
)
def test_a_wrong_value_changes_nothing(site: Path, changes: dict[str, Any], said: str) -> None:
    with Engine.open(site, watch=False) as engine:
        with pytest.raises(ConfigError) as told:
            engine.settings.change(changes)
        assert engine.settings.lua.enabled
        assert engine.settings.lua.timeout_seconds == 5
    assert said in str(told.value)
    assert "SECRET" not in str(told.value)
    assert (site / "goop.json").read_text() == CONFIG
