"""Hot reload against the real file system; every wait is for an event, with a generous limit."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine.base.events import Event
from lua_engine.scripts import watcher as watcher_module
from lua_engine.scripts.watcher import ScriptWatcher

PATIENCE = 20.0  # seconds; far more than any machine needs


class Watched:
    def __init__(self, site: Any) -> None:
        self.site = site
        self.config_events = 0
        self._changed = threading.Condition()
        site.bus.subscribe(self._notice)
        site.registry.load_all()
        self.watcher = ScriptWatcher(site.folder, site.registry, self._on_config)
        self.watcher.start()

    def _notice(self, _: Event) -> None:
        with self._changed:
            self._changed.notify_all()

    def _on_config(self) -> None:
        self.config_events += 1
        try:
            self.site.folder.reload_config()
        finally:
            with self._changed:
                self._changed.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), self.site.logs()

    def description(self, kind: str, name: str) -> str | None:
        find = self.site.registry.function if kind == "function" else self.site.registry.command
        script = find(name)
        return script.description if script else None


@pytest.fixture
def watched(site: Any) -> Iterator[Watched]:
    site.write("hello.lua", "--- one\nfunction handle() end")
    before = set(threading.enumerate())
    found = Watched(site)
    yield found
    found.watcher.stop()
    assert set(threading.enumerate()) <= before


def test_create_edit_replace_rename_delete(watched: Watched) -> None:
    site = watched.site
    path = site.write("functions/new.lua", "--- a\nfunction call() end")
    watched.until(lambda: watched.description("function", "new") == "a")
    path.write_text("--- b\nfunction call() end")
    watched.until(lambda: watched.description("function", "new") == "b")
    temporary = site.write("functions/.new.lua.swp", "--- c\nfunction call() end")
    temporary.replace(path)
    watched.until(lambda: watched.description("function", "new") == "c")
    path.rename(path.with_name("renamed.lua"))
    watched.until(
        lambda: (
            watched.description("function", "renamed") == "c"
            and watched.description("function", "new") is None
        )
    )
    path.with_name("renamed.lua").unlink()
    watched.until(lambda: watched.description("function", "renamed") is None)


def test_moves_in_and_out(watched: Watched) -> None:
    outside = watched.site.folder.path / "outside.lua"
    outside.write_text("--- in\nfunction handle() end")
    inside = outside.rename(watched.site.folder.lua_dir / "moved.lua")
    watched.until(lambda: watched.description("command", "moved") == "in")
    inside.rename(outside)
    watched.until(lambda: watched.description("command", "moved") is None)


def test_a_syntax_error_is_logged_and_the_old_version_answers(watched: Watched) -> None:
    watched.site.write("hello.lua", "function handle(")
    watched.until(
        lambda: any(
            level == "error" and message.startswith("hello.lua:1: ") for level, message in watched.site.logs()
        )
    )
    assert watched.description("command", "hello") == "one"


def test_a_burst_is_one_reload(watched: Watched) -> None:
    for number in range(20):
        watched.site.write(f"many{number}.lua", "function handle() end")
    watched.until(lambda: len(watched.site.registry.commands()) == 21)
    assert len(watched.site.changes()) <= 3


def test_the_script_folder_is_replaced(watched: Watched) -> None:
    lua_dir: Path = watched.site.folder.lua_dir
    for text in ("two", "three"):
        shutil.move(lua_dir, lua_dir.with_name("old"))
        (lua_dir.with_name("new")).mkdir()
        (lua_dir.with_name("new") / "hello.lua").write_text(f"--- {text}\nfunction handle() end")
        (lua_dir.with_name("new")).rename(lua_dir)
        watched.until(lambda text=text: watched.description("command", "hello") == text)  # type: ignore[misc]  # a default binds it now
        shutil.rmtree(lua_dir.with_name("old"))
        watched.site.write("hello.lua", f"--- {text} edited\nfunction handle() end")
        watched.until(lambda text=text: watched.description("command", "hello") == f"{text} edited")  # type: ignore[misc]  # as above


def test_the_script_folder_goes_and_comes_back(watched: Watched) -> None:
    shutil.rmtree(watched.site.folder.path / "site")
    watched.until(lambda: watched.description("command", "hello") is None)
    watched.site.write("hello.lua", "--- back\nfunction handle() end")
    watched.until(lambda: watched.description("command", "hello") == "back")
    watched.site.write("hello.lua", "--- again\nfunction handle() end")
    watched.until(lambda: watched.description("command", "hello") == "again")


def test_goop_json_and_a_new_script_dir(watched: Watched) -> None:
    folder = watched.site.folder
    (folder.path / "other").mkdir()
    (folder.path / "other" / "there.lua").write_text("--- there\nfunction handle() end")
    folder.update_config(lambda tree: tree["lua"].update(script_dir="other"))
    watched.until(
        lambda: (
            watched.description("command", "there") == "there"
            and watched.description("command", "hello") is None
        )
    )
    (folder.path / "other" / "there.lua").write_text("--- edited\nfunction handle() end")
    watched.until(lambda: watched.description("command", "there") == "edited")
    assert watched.config_events >= 1


def test_a_broken_goop_json_is_logged(watched: Watched) -> None:
    watched.site.folder.config_path.write_text('{"lua": {"enabled": 3}}')
    message = "goop.json: lua.enabled is 3, must be true or false; what was loaded before stays active"
    watched.until(lambda: ("error", message) in watched.site.logs())
    watched.site.write("hello.lua", "--- two\nfunction handle() end")
    watched.until(lambda: watched.description("command", "hello") == "two")


def test_what_concerns_it(watched: Watched) -> None:
    lua_dir, watcher = watched.site.folder.lua_dir, watched.watcher
    for name in (".state/x.json", ".state", ".x.lua", "x.lua~", ".git/x.lua", "notes.txt"):
        assert watcher._concerns(lua_dir / name, False) == "", name
    assert watcher._concerns(lua_dir / "x.lua", False) == "scripts"
    assert watcher._concerns(lua_dir / "functions", True) == "scripts"
    assert watcher._concerns(lua_dir.parent, True) == "scripts"
    assert watcher._concerns(watched.site.folder.config_path, False) == "config"
    assert watcher._concerns(watched.site.folder.path / "data.db", False) == ""


def test_a_site_folder_behind_a_link(site: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(site.folder.path)
    linked = type(site.folder).open(tmp_path / "link")
    registry = type(site.registry)(linked, site.bus)
    site.folder, site.registry = linked, registry
    watched = Watched(site)
    try:
        site.write("hello.lua", "--- linked\nfunction handle() end")
        watched.until(lambda: watched.description("command", "hello") == "linked")
    finally:
        watched.watcher.stop()


def test_it_polls_when_no_watches_are_left(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted(watcher_module.Observer):  # type: ignore[misc, name-defined]  # chosen by platform
        def start(self) -> None:
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watcher_module, "Observer", Exhausted)
    before = set(threading.enumerate())
    watched = Watched(site)
    try:
        assert site.logs() == [
            (
                "warn",
                "file watching is not available (inotify watch limit reached): "
                "scripts are checked every second instead",
            )
        ]
        site.write("hello.lua", "--- polled\nfunction handle() end")
        watched.until(lambda: watched.description("command", "hello") == "polled")
    finally:
        watched.watcher.stop()
    assert set(threading.enumerate()) <= before


def test_stop_without_start_and_many_times_over(site: Any) -> None:
    ScriptWatcher(site.folder, site.registry, lambda: None).stop()
    before = set(threading.enumerate())
    descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(20):
        watcher = ScriptWatcher(site.folder, site.registry, lambda: None)
        watcher.start()
        watcher.stop()
    assert set(threading.enumerate()) <= before
    if descriptors:
        assert len(os.listdir("/proc/self/fd")) <= descriptors + 2
