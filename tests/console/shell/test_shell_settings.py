"""What the console remembers, on real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from goop_console.services.settings import FORMAT, MAX_RECENT, AppSettings, settings_path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_default_place_is_the_configuration_folder(own_folders: Path) -> None:
    assert settings_path() == own_folders / "config" / "goop-console" / "settings.json"


def test_values_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    AppSettings(path).update({"theme": "dark", "sizes": [1, 2]})
    again = AppSettings(path)
    assert (again.get("theme"), again.get("sizes"), again.get("nothing", 7)) == ("dark", [1, 2], 7)
    assert [one.name for one in path.parent.iterdir()] == ["settings.json"]


def test_two_windows_keep_each_other_s_keys(tmp_path: Path) -> None:
    one, other = AppSettings(tmp_path / "s.json"), AppSettings(tmp_path / "s.json")
    one.set("a", 1)
    other.set("b", 2)
    one.set("c", 3)
    assert json.loads((tmp_path / "s.json").read_text()) == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize("text", ["{", "[]", "7", "\x00", ""])
def test_a_broken_file_is_put_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    settings = AppSettings(path)
    assert settings.get("theme") is None
    assert path.with_name("settings.json.bad").read_text() == text
    settings.set("theme", "light")
    assert AppSettings(path).get("theme") == "light"


def test_a_place_that_cannot_be_written_is_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    settings = AppSettings(tmp_path / "file" / "settings.json")
    settings.set("theme", "dark")
    settings.set("theme", "light")
    assert settings.get("theme") == "light"
    assert caplog.text.count("cannot be written") == 1


def test_recent_sites_are_bounded_and_pinned_ones_stay(tmp_path: Path) -> None:
    settings = AppSettings(tmp_path / "s.json")
    settings.remember_site(Path("/sites/first"), "first")
    settings.pin_site(Path("/sites/first"), True)
    for number in range(MAX_RECENT + 5):
        settings.remember_site(Path(f"/sites/{number}"), str(number))
    names = [site.label for site in AppSettings(tmp_path / "s.json").recent_sites()]
    assert names == ["first", *[str(number) for number in range(MAX_RECENT + 4, 4, -1)]]
    settings.remember_site(Path("/sites/9"), "9")
    assert [site.label for site in settings.recent_sites()][:2] == ["first", "9"]
    settings.pin_site(Path("/sites/first"), False)
    settings.forget_site(Path("/sites/9"))
    assert "9" not in [site.label for site in settings.recent_sites()]


@given(stored=JSON)
@hypothesis_settings(max_examples=80)
def test_whatever_stands_in_the_file_the_console_starts(tmp_path: Path, stored: object) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps({"recent_sites": stored, "zoom": stored}), encoding="utf-8")
    settings = AppSettings(path)
    settings.remember_site(Path("/sites/one"), "one")
    assert "one" in [site.label for site in settings.recent_sites()]


def test_settings_of_a_newer_console_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    text = json.dumps({"format": FORMAT + 1, "theme": {"name": "dark"}})
    path.write_text(text)
    settings = AppSettings(path)
    assert "newer Goop Console (format 2, this one knows 1)" in settings.refusal
    settings.set("theme", "light")
    assert (settings.get("theme"), path.read_text()) == ("light", text)
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]


def test_a_console_that_was_upgraded_meanwhile_keeps_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = AppSettings(path)
    settings.set("zoom", 110)
    newer = json.dumps({"format": FORMAT + 1})
    path.write_text(newer)
    settings.set("zoom", 120)
    assert (settings.get("zoom"), path.read_text()) == (120, newer)
