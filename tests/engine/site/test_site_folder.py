from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lua_engine.base.errors import ConfigError, SiteError
from lua_engine.site.folder import SiteFolder
from lua_engine.site.identity import create_key_file
from lua_engine.site.settings import Settings


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere: become somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_paths(folder: SiteFolder) -> None:
    path = folder.path
    assert folder.lua_dir == path / "site/lua"
    assert folder.functions_dir == path / "site/lua/functions"
    assert folder.state_dir == path / "site/lua/.state"
    assert folder.schemas_dir == path / "schemas"
    assert folder.site_root == path / "site"
    assert folder.data_db == path / "data.db"
    assert folder.identity_key_path == path / "data/identity.key"
    assert folder.console_dir == path / ".goop-console"
    assert folder.problems() == ()


def test_opening_writes_nothing_and_the_key_comes_when_asked_for(make_site: Callable[..., Path]) -> None:
    path = make_site()
    folder = SiteFolder.open(path)
    assert os.listdir(path) == ["goop.json"]
    made = folder.peer_id
    assert made.startswith("12D3KooW")
    assert sorted(os.listdir(path)) == ["data", "goop.json"]
    assert SiteFolder.open(path).peer_id == made == create_key_file(path / "data/identity.key")


def test_the_owner_is_the_profile(folder: SiteFolder) -> None:
    assert (folder.owner.id, folder.owner.label, folder.owner.email) == (
        folder.peer_id,
        "Olga",
        "olga@example.org",
    )


def test_a_key_file_elsewhere_is_read_but_never_made(make_site: Callable[..., Path], tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.key"
    path = make_site(identity={"key_file": "../elsewhere.key"})
    with pytest.raises(SiteError, match=r"no identity key there \(goop\.json: identity\.key_file\)"):
        _ = SiteFolder.open(path).peer_id
    assert not outside.exists()
    made = create_key_file(outside)
    assert SiteFolder.open(path).peer_id == made


def test_what_is_no_site_folder_is_said(tmp_path: Path, make_site: Callable[..., Path]) -> None:
    with pytest.raises(SiteError, match="nowhere: no such folder; give the path"):
        SiteFolder.open(tmp_path / "nowhere")
    with pytest.raises(SiteError, match=r"no goop\.json in it"):
        SiteFolder.open(tmp_path)
    file = make_site() / "goop.json"
    for number, (made, said) in enumerate(
        (
            (lambda place: place.mkdir(), "is a folder, not a file"),
            (
                lambda place: place.symlink_to("/dev/zero"),
                "is a symbolic link that leads out of the site folder",
            ),
            (lambda place: place.symlink_to("gone"), "is a symbolic link that leads nowhere"),
        )
    ):
        folder = tmp_path / f"odd{number}"
        folder.mkdir()
        made(folder / "goop.json")
        with pytest.raises(SiteError, match=rf"odd{number}/goop\.json: {said}"):
            SiteFolder.open(folder)
    with pytest.raises(SiteError, match=r"goop\.json: not a folder; give the path of the folder"):
        SiteFolder.open(str(file))


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_read_only_folder_is_said(make_site: Callable[..., Path], tmp_path: Path) -> None:
    path = make_site()
    for parent in (tmp_path, *tmp_path.parents[:-2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    path.chmod(0o555)
    (path / "goop.json").chmod(0o444)
    try:
        with as_nobody(), pytest.raises(SiteError, match="the folder is read-only; make it writable"):
            SiteFolder.open(path)
    finally:
        path.chmod(0o755)


@pytest.mark.parametrize("value", ["..", "/etc", "site/../..", ".", "site/..", "a\0b", "out/lua"])
def test_script_dir_and_site_root_stay_inside(
    make_site: Callable[..., Path], tmp_path: Path, value: str
) -> None:
    path = make_site()
    (tmp_path / "outside").mkdir()
    (path / "out").symlink_to(tmp_path / "outside")
    for section, key in (("lua", "script_dir"), ("paths", "site_root")):
        make_site(**{section: {key: value}})
        why = "a symbolic link on the way leads out" if value == "out/lua" else "it must be a folder inside"
        with pytest.raises(ConfigError, match=rf"goop\.json: {section}\.{key} is .*: {why}"):
            SiteFolder.open(path)
    make_site()
    with pytest.raises(ConfigError, match=r"--config: lua\.script_dir is"):
        SiteFolder.open(path, overrides={"script_dir": value})


def test_a_script_dir_that_is_a_file_is_refused(make_site: Callable[..., Path]) -> None:
    path = make_site(lua={"script_dir": "goop.json"})
    with pytest.raises(ConfigError, match=r"lua\.script_dir is 'goop\.json', which is a file, not a folder"):
        SiteFolder.open(path)


def test_a_missing_script_dir_opens_with_a_problem(make_site: Callable[..., Path]) -> None:
    path = make_site(lua={"script_dir": "scripts"})
    folder = SiteFolder.open(path)
    (problem,) = folder.problems()
    assert (
        problem == f"goop.json: lua.script_dir is 'scripts', but there is no folder {path / 'scripts'}; "
        "create it, or correct the key"
    )
    (path / "scripts").mkdir()
    assert folder.problems() == ()


def test_overrides_win_and_are_not_saved(make_site: Callable[..., Path]) -> None:
    path = make_site(lua={"timeout_seconds": 7})
    folder = SiteFolder.open(path, overrides={"timeout_seconds": 2, "enabled": True})
    assert (folder.settings.timeout_seconds, folder.settings.enabled, folder.config.lua.enabled) == (
        2,
        True,
        False,
    )
    folder.update_config(lambda tree: tree["lua"].update(max_memory_mb=20))
    assert json.loads((path / "goop.json").read_text()) == {
        "lua": {"timeout_seconds": 7, "max_memory_mb": 20}
    }
    assert (folder.settings.timeout_seconds, folder.settings.max_memory_mb) == (2, 20)


def test_enable_lua(make_site: Callable[..., Path]) -> None:
    path = make_site(p2p={"x": 1})
    folder = SiteFolder.open(path)
    assert not folder.settings.enabled
    Settings(folder, lambda: None).enable_lua()
    assert folder.settings.enabled
    assert json.loads((path / "goop.json").read_text()) == {"p2p": {"x": 1}, "lua": {"enabled": True}}


def test_reload_follows_the_file_and_keeps_the_last_good_one(folder: SiteFolder) -> None:
    assert folder.reload_config() is False
    folder.config_path.write_text('{"lua": {"script_dir": "other"}}')
    assert folder.reload_config() is True
    assert folder.lua_dir == folder.path / "other"
    for broken in ("{", '{"lua": {"script_dir": "../x"}}', '{"lua": 3}'):
        folder.config_path.write_text(broken)
        with pytest.raises(ConfigError):
            folder.reload_config()
        assert folder.lua_dir == folder.path / "other"
