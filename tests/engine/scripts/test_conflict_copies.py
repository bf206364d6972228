"""Copies that a synchronised folder, git or a file manager left beside a script."""

from __future__ import annotations

import pytest

from lua_engine import LogRecorded
from lua_engine.scripts.copies import original_of
from lua_engine.testing import SiteSpec, open_site

NAMES = {"v", "my-script", "todo"}


@pytest.mark.parametrize(
    "name",
    [
        *("v-LAPTOP7", "v_REMOTE_1234", "v_LOCAL_7", "v-Kopie", "v-copy2", "v_Copy", "v-Kopie-2"),
        *("v_conflict-20240101", "v-conflicted-copy", "v-sync-conflict-20240101-ABC", "v-DESKTOP-AB12"),
        *("v-MacBook-Pro", "v_old", "v-bak", "v_backup2", "v-orig", "copy_of_v", "Copy-of-v"),
        *("Kopie-von-v", "copy-v"),
    ],
)
def test_a_copy_is_known(name: str) -> None:
    assert original_of(name, NAMES) == "v"


def test_a_name_may_have_a_dash_of_its_own() -> None:
    assert original_of("my-script-LAPTOP7", NAMES) == "my-script"


@pytest.mark.parametrize(
    "name",
    [
        "v",
        "v-helper",
        "v-AB",
        "v-2",
        "todo-list",
        "todo-copyright",
        "my-script",
        "x-LAPTOP7",
        "v-2024",
        "v-older",
        "v_backups",
        "copy_of_x",
        "copyv",
    ],
)
def test_other_names_are_no_copies(name: str) -> None:
    assert original_of(name, NAMES) == ""


def test_a_copy_is_loaded_and_warned_of() -> None:
    script = "function handle() return 'x' end"
    with open_site(SiteSpec(commands={"v": script, "v-LAPTOP7": script})) as engine:
        warnings = {info.name: [one.message for one in info.warnings] for info in engine.scripts.all()}
        assert warnings["v"] == []
        (message,) = warnings["v-LAPTOP7"]
        assert message.startswith("likely a conflict copy of v.lua, and visitors can call it")
        assert engine.calls.chat("!v-LAPTOP7", caller=engine.owner).value == "x"


def test_a_script_that_does_not_compile_is_named_when_it_is_called() -> None:
    site = SiteSpec(functions={"broken": "function call()\n  x = = 1\nend"}, commands={"bad": "x = = 1"})
    with open_site(site) as engine:
        lines: list[str] = []
        engine.bus.subscribe(
            lambda event: lines.append(event.line.message) if isinstance(event, LogRecorded) else None
        )
        error = engine.calls.call("broken", caller=engine.owner).error
        assert error is not None
        assert (error.kind.value, error.line) == ("script", 2)
        assert error.message == "broken does not compile: broken.lua:2: unexpected symbol near '='"
        assert lines == [error.message]  # its place is named once
        result = engine.calls.chat("!bad", caller=engine.owner)
        assert result.error is not None
        assert result.error.message == "bad does not compile: bad.lua:1: unexpected symbol near '='"
        assert result.value == "Unknown command: bad"
        missing = engine.calls.call("nosuch", caller=engine.owner).error
        assert missing is not None
        assert missing.message == "function not found: nosuch"
