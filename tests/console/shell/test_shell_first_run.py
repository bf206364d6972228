"""The first minutes: ways to begin, sites that are found, the guided tour, and the news after an upgrade."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from goop_console.app import Console
from goop_console.main_window import MainWindow
from goop_console.resources import resource
from goop_console.services.settings import AppSettings
from goop_console.window.guide import Guide
from goop_console.window.guide_steps import ANNA, DMITRI, STEPS
from goop_console.window.news import news_of, this_version
from goop_console.window.site_search import MAX_SITES, likely_sites

from .conftest import MakeSite


def site_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "goop.json").write_text("{}")
    return folder


@pytest.mark.parametrize(
    "place",
    ["peers/garden", "goop2/peers/garden", "Downloads/goop2/garden", "Documents/garden", "src/goop2/peers/g"],
)
def test_a_site_is_found_where_goop2_keeps_it(tmp_path: Path, place: str) -> None:
    site = site_in(tmp_path / place)
    (tmp_path / "Documents/other").mkdir(parents=True)
    assert likely_sites(tmp_path) == [site]


def test_the_search_is_bounded_and_names_a_site_once(tmp_path: Path) -> None:
    sites = [site_in(tmp_path / f"peers/site{number:02}") for number in range(MAX_SITES + 3)]
    (tmp_path / "goop2").mkdir()
    (tmp_path / "goop2/peers").symlink_to(tmp_path / "peers")
    assert likely_sites(tmp_path) == sites[:MAX_SITES]
    assert likely_sites(tmp_path / "nowhere") == []


def test_a_newcomer_sees_the_sites_that_are_there_and_opens_one(
    window: MainWindow, make_site: MakeSite, tmp_path: Path, qtbot: QtBot
) -> None:
    make_site("peers/garden")
    window.greeting.greet(tmp_path)
    qtbot.waitUntil(lambda: len(window.start.found) == 1)
    (row,) = window.start.found
    assert row.main.accessibleName() == f"Open garden, {tmp_path / 'peers/garden'}"
    row.main.click()
    qtbot.waitUntil(lambda: window.session is not None and window.is_settled(), timeout=30_000)


def test_every_way_in_says_what_it_is(window: MainWindow) -> None:
    for button in (window.start.open, window.start.demo, window.start.new):
        assert button.accessibleDescription().endswith(".")
        assert button.isVisible()


def on_tour(window: MainWindow, qtbot: QtBot) -> Guide:
    window.start.tour.click()
    qtbot.waitUntil(lambda: window.tour.is_running and window.is_settled(), timeout=60_000)
    assert window.tour.guide is not None
    return window.tour.guide


def test_the_tour_opens_the_demo_shows_each_part_and_ends(
    window: MainWindow, own_folders: Path, qtbot: QtBot
) -> None:
    window.resize(1000, 700)
    window.actions_by_id["help.news"].trigger()
    assert window.messages.news.isVisible()
    guide = on_tour(window, qtbot)
    assert window.messages.isHidden()  # a low window has no room for both
    assert window.session is not None
    assert window.session.engine.site.path == own_folders / "data" / "goop-console" / "demo"
    assert window.workspace is not None
    for number, step in enumerate(STEPS, 1):
        assert guide.count.text() == f"{number} of {len(STEPS)}"
        assert (guide.title.text(), guide.text.text()) == (step.title, step.text)
        assert window.workspace.current.tab_id == step.tab_id
        qtbot.waitUntil(lambda: guide.ring.around is not None and guide.ring.isVisible())
        assert guide.next.hasFocus()
        qtbot.keyClick(guide.next, Qt.Key.Key_Space)
    assert not window.tour.is_running
    assert guide.ring.around is None


def test_the_tour_can_be_left_with_escape_and_taken_again(
    window: MainWindow, own_folders: Path, qtbot: QtBot
) -> None:
    guide = on_tour(window, qtbot)
    guide.go(1)
    window.activateWindow()
    qtbot.waitUntil(lambda: guide.next.hasFocus())
    qtbot.keyClick(guide.next, Qt.Key.Key_Escape)
    assert guide.isHidden()
    assert window.session is not None, "only the tour ends"
    window.actions_by_id["help.tour"].trigger()
    assert (window.tour.is_running, guide.count.text()) == (True, f"1 of {len(STEPS)}")
    window.close_site()
    assert not window.tour.is_running


def test_the_tour_s_people_are_those_of_the_demo() -> None:
    people = json.loads((resource("demo") / "peers.json").read_text(encoding="utf-8"))
    assert {one["label"] for one in people if one["id"] in (DMITRI, ANNA)} == {"Dmitri", "Anna"}
    assert sum(len(f"{step.title} {step.text}".split()) for step in STEPS) < 330, "two minutes of reading"


def test_news_are_told_once_after_an_upgrade(
    new_console: Callable[[], Console], settings: AppSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    settings.update({"version_seen": "0.0.9"})

    def news() -> MainWindow:
        window = new_console().window
        window.greeting.greet(tmp_path / "empty")
        qtbot.waitUntil(lambda: AppSettings(settings.path).get("version_seen") == this_version())
        return window

    first = news()
    assert first.messages.news.isVisible()
    assert first.messages.news.title.text() == f"New in Goop Console {this_version()}"
    again = news()
    assert again.messages.news.isHidden()
    again.actions_by_id["help.news"].trigger()
    assert again.messages.news.isVisible()
    again.messages.news.findChildren(QPushButton)[-1].click()
    assert again.messages.isHidden()


def test_a_first_start_tells_no_news(
    window: MainWindow, settings: AppSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    window.greeting.greet(tmp_path / "empty")
    qtbot.waitUntil(lambda: AppSettings(settings.path).get("version_seen") == this_version())
    assert window.messages.news.isHidden()


def test_this_version_has_news() -> None:
    assert 1 <= len(news_of(this_version()).splitlines()) <= 6
    assert news_of("0.0.0") == ""
