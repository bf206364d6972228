"""Fire N times, through the real widgets on a real site."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.fire.firing import MAX_AT_ONCE, MAX_COUNT
from goop_console.tabs.calls.fire.histogram import bar_words
from goop_console.tabs.calls.fire.page import FirePage
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.model.stranger import new_stranger
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import DRY_ONLY
from goop_console.widgets.colors import DARK
from lua_engine import Peer, Request, StoreError
from tests.helpers.themes import use_theme

from .conftest import FAILS, LIMITED, PageSite, Show

FOREVER = """--- Does not end by itself
function call(request) while true do end end
"""
ODD = """--- Every third call says no, in its own words
function call(request)
  local n = (goop.kv.get("n") or 0) + 1
  goop.kv.set("n", n)
  if n % 3 == 0 then return { error = "not the third" } end
  if n % 5 == 0 then error("not the fifth", 0) end
  return { n = n }
end
"""


def settle(qtbot: QtBot, page: FirePage) -> None:
    qtbot.waitUntil(page.is_settled)


def fire(qtbot: QtBot, page: FirePage, count: int, at_once: int = 4) -> None:
    page.view.count.setValue(count)
    page.view.at_once.setValue(at_once)
    page.view.fire.click()
    assert not page.is_settled()
    settle(qtbot, page)


def press(
    qtbot: QtBot, page: FirePage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Where the keyboard is; shortcuts need a window that has it."""
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(QApplication.focusWidget() or page, key, modifier)


def outcomes(page: FirePage) -> list[tuple[str, str, int]]:
    return [page.view.model.record(row) for row in range(page.view.model.rowCount())]


def bars(page: FirePage) -> list[int]:
    return [bar.count for bar in page.view.histogram.bars]


def limited(site: PageSite, caller: str = "Ben", *, counts: bool = True, is_dry: bool = False) -> None:
    site.script("limited", LIMITED)
    site.calls.ask("limited", "", caller, is_dry=is_dry, counts=counts)


# what is fired


def test_the_form_of_the_call_page_is_fired_as_its_caller(
    qtbot: QtBot, todo: PageSite, show: Show[FirePage]
) -> None:
    todo.calls.ask("todo", "lists", "Anna")
    page = show(FirePage)
    view = page.view
    assert (view.what.text(), view.who.text()) == ("todo · lists", "Anna (coauthor)")
    assert view.fire.text() == view.fire.accessibleName() == "Fire 100 dry runs as Anna (coauthor)"
    assert view.empty.isVisible()
    before = (todo.folder / "data.db").read_bytes()
    fire(qtbot, page, 30)
    assert outcomes(page) == [("ok", "", 30)]
    assert sum(bars(page)) == 30
    assert (
        view.about.text()
        == "30 dry runs of todo · lists as Anna (coauthor), 4 at once, not counted against the rate limit"
    )
    assert view.times.text().startswith("30 calls: min ")
    assert "calls a second" in view.facts.text()
    assert "not kept in the history" in view.facts.text()
    assert todo.engine.history.count == 0
    assert (todo.folder / "data.db").read_bytes() == before


def test_without_a_resolved_caller_nothing_is_fired(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    page = show(FirePage)
    assert not page.view.fire.isEnabled()
    assert "correct it there first" in page.view.words.text()
    page.presenter.fire()
    assert page.is_settled()
    limited(site)
    page.refresh()
    assert page.view.fire.isEnabled()
    site.calls.request = None
    page.focus_main()
    press(qtbot, page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.is_settled(), "the form was spoiled meanwhile"
    assert page.view.empty.isVisible()


def test_dry_and_real_are_said_on_the_button_and_real_is_warned_of(
    qtbot: QtBot, todo: PageSite, show: Show[FirePage]
) -> None:
    todo.calls.ask("todo", "add", "Anna", list_id=1, text="Buy milk")
    page = show(FirePage)
    view = page.view
    assert view.dry.isChecked()
    assert not view.warning.isVisible()
    view.live.click()
    view.count.setValue(1)
    assert view.fire.text() == "Fire 1 real call as Anna (coauthor)"
    assert view.warning.text() == "For real: what the call writes cannot be undone."
    view.count.setValue(5)
    assert view.warning.text() == "For real: what 5 calls write cannot be undone."
    before = len(todo.engine.tables.page("tasks").rows)
    fire(qtbot, page, 5, 2)
    assert len(todo.engine.tables.page("tasks").rows) == before + 5
    assert view.about.text().startswith("5 real calls of todo · add as Anna (coauthor), 2 at once")


def test_a_long_name_is_cut_until_the_button_says_the_rest(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    name = "Bartholomew Alexander von Hohenzollern-Sigmaringen the Younger"
    site.engine.peers.add_test_peer(Peer("12D3KooWLong" + "x" * 40, name))
    limited(site, name)
    page = show(FirePage)
    page.view.count.setValue(MAX_COUNT)
    button = page.view.fire
    assert button.text().startswith("Fire 10,000 real calls as Bar")
    assert button.text().endswith(" (stranger)")
    assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()
    assert name in button.toolTip()


def test_another_request_is_dry_or_real_as_the_call_page_says(
    qtbot: QtBot, todo: PageSite, show: Show[FirePage]
) -> None:
    todo.calls.ask("todo", "lists", "Anna")
    page = show(FirePage)
    page.view.live.click()
    page.hide()
    page.show()
    assert page.view.live.isChecked(), "the same request: the choice stays"
    page.hide()
    todo.calls.ask("todo", "clear_done", "Anna", list_id=1)
    page.show()
    assert page.view.dry.isChecked(), "chosen for something harmless, not for this"
    assert page.view.what.text() == "todo · clear_done"


def test_who_exists_in_dry_runs_only_is_not_fired_for_real(
    qtbot: QtBot, todo: PageSite, show: Show[FirePage]
) -> None:
    viewer = next(one for one in todo.calls.callers() if one.source == DRY_ONLY)
    todo.calls.request = PreparedCall(Request.call("todo", {"action": "lists"}), viewer, is_dry=True)
    page = show(FirePage)
    page.view.live.setChecked(False)
    assert not page.view.live.isEnabled()
    assert "dry runs only" in page.view.live.toolTip()
    fire(qtbot, page, 3)
    assert page.view.about.text().startswith("3 dry runs ")
    assert not page.view.live.isEnabled(), "nor afterwards"
    todo.calls.ask("todo", "lists", "Anna")
    page.refresh()
    assert page.view.live.isEnabled()


def test_a_stranger_chat_and_an_event_are_fired_too(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    site.engine.scripts.create(
        "hello", "command", 'function handle(args) return "Hello " .. goop.peer.label end'
    )
    site.script("listens", "function on_group_close(id) goop.log.info(id) end")
    site.calls.request = PreparedCall(Request.chat("!hello"), new_stranger(()))
    page = show(FirePage)
    page.view.live.setChecked(True)
    fire(qtbot, page, 6)
    assert outcomes(page) == [("ok", "", 6)]
    site.calls.request = PreparedCall(Request.event("on_group_close", "g"), site.calls.who("Maya"))
    page.refresh()
    assert page.view.live.isChecked()
    assert not page.view.counts.isEnabled(), "the rate limit knows no events"
    for choice in (page.view.live, page.view.dry):
        choice.setChecked(True)
        fire(qtbot, page, 4, 1)
        assert outcomes(page) == [("ok", "", 4)]


def test_a_site_open_for_reading_is_fired_at_dry_only(
    qtbot: QtBot, todo: PageSite, context: TabContext
) -> None:
    todo.calls.ask("todo", "lists", "Anna", is_dry=False)
    todo.engine.is_read_only = True
    page = FirePage(context, todo.calls)
    qtbot.addWidget(page)
    page.show()
    assert page.view.dry.isChecked()
    assert not page.view.live.isEnabled()
    assert page.view.fire.text().startswith("Fire 100 dry runs")


# bounds and progress


def test_number_and_concurrency_have_bounds(site: PageSite, show: Show[FirePage]) -> None:
    limited(site)
    page = show(FirePage)
    view = page.view
    for spin, most in ((view.count, MAX_COUNT), (view.at_once, MAX_AT_ONCE)):
        spin.setValue(most + 1)
        assert spin.value() == most
        spin.setValue(0)
        assert spin.value() == 1
    assert view.fire.text().startswith("Fire 1 ")


def test_no_more_than_asked_for_go_at_once(
    qtbot: QtBot, site: PageSite, show: Show[FirePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(site, counts=False)
    gate, lock, most = threading.Barrier(3), threading.Lock(), [0, 0]
    true_call = site.engine.calls._live

    def call(*args: Any, **named: Any) -> Any:
        with lock:
            most[0] += 1
            most[1] = max(most)
        gate.wait(20)  # nobody goes on before three are here
        with lock:
            most[0] -= 1
        return true_call(*args, **named)

    monkeypatch.setattr(site.engine.calls, "_live", call)
    page = show(FirePage)
    fire(qtbot, page, 9, 3)
    assert most == [0, 3]
    assert outcomes(page) == [("ok", "", 9)]


def test_progress_is_shown_while_it_goes_on_and_the_form_is_still(
    qtbot: QtBot, site: PageSite, show: Show[FirePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(site, counts=False)
    go_on, true_call = threading.Semaphore(3), site.engine.calls._live

    def call(*args: Any, **named: Any) -> Any:
        assert go_on.acquire(timeout=120)
        return true_call(*args, **named)

    monkeypatch.setattr(site.engine.calls, "_live", call)
    page = show(FirePage)
    view = page.view
    view.count.setValue(5)
    view.at_once.setValue(1)
    view.count.setFocus()
    press(qtbot, page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert view.times.text() == "Firing…"
    assert page.focusWidget() is view.fire
    qtbot.waitUntil(lambda: view.words.text() == "3 of 5 calls")
    assert (view.progress.value(), view.progress.maximum()) == (3, 5)
    assert view.progress.isVisible()
    assert sum(bars(page)) == 3
    assert view.fire.text() == "Cancel"
    assert not any(one.isEnabled() for one in (view.count, view.at_once, view.dry, view.live, view.counts))
    site.calls.ask("limited", "", "Anna")
    page.refresh()
    assert view.who.text() == "Ben (stranger)", "what goes on is not changed any more"
    go_on.release(2)
    settle(qtbot, page)
    assert not view.progress.isVisible()
    assert view.count.isEnabled()
    assert view.about.text().startswith("5 real calls of limited as Ben (stranger)")


def test_one_volley_at_a_time(qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    limited(site, counts=False)
    page = show(FirePage)
    page.view.count.setValue(4)
    for _ in range(3):
        page.presenter.fire()
    settle(qtbot, page)
    assert outcomes(page) == [("ok", "", 4)]
    fire(qtbot, page, 2)
    assert outcomes(page) == [("ok", "", 2)], "the next one begins anew"


# cancelling


@pytest.mark.parametrize("is_dry", [True, False])
def test_escape_ends_calls_that_do_not_end(
    is_dry: bool, qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    site.script("forever", FOREVER)
    site.calls.ask("forever", "", is_dry=is_dry)
    page = show(FirePage)
    page.view.count.setValue(1_000)
    page.view.fire.click()
    qtbot.waitUntil(lambda: len(site.engine.calls.running()) == 4)
    press(qtbot, page, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert page.view.words.text() == "Stopped: 0 of 1,000 calls ended."
    assert not site.engine.calls.running()
    assert page.view.fire.text().startswith("Fire 1,000")


def test_what_has_ended_before_a_cancel_is_kept(qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    limited(site, counts=False)
    page = show(FirePage)
    page.view.count.setValue(MAX_COUNT)
    page.view.fire.click()
    qtbot.waitUntil(lambda: page.view.progress.value() > 0)
    page.view.fire.click()
    settle(qtbot, page)
    ((_, _, ended),) = outcomes(page)
    assert 0 < ended < MAX_COUNT
    assert page.view.words.text() == f"Stopped: {ended:,} of 10,000 calls ended."
    assert sum(bars(page)) == ended


def test_a_call_that_the_engine_does_not_know_yet_is_cancelled_too(
    qtbot: QtBot, site: PageSite, show: Show[FirePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.script("forever", FOREVER)
    site.calls.ask("forever", "", is_dry=False)
    early, true_start = threading.Event(), site.engine.calls.start

    def start(*args: Any, **named: Any) -> Any:
        page.presenter.cancel()  # it comes before the engine knows of the call
        early.set()
        return true_start(*args, **named)

    monkeypatch.setattr(site.engine.calls, "start", start)
    page = show(FirePage)
    page.view.at_once.setValue(1)
    page.view.fire.click()
    qtbot.waitUntil(early.is_set)
    settle(qtbot, page)
    assert page.view.words.text() == "Stopped: 0 of 100 calls ended."


@pytest.mark.parametrize("is_dry", [True, False])
def test_a_site_that_closes_ends_it(is_dry: bool, qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    site.script("forever", FOREVER)
    site.calls.ask("forever", "", is_dry=is_dry)
    page = show(FirePage)
    page.view.count.setValue(200)
    page.view.fire.click()
    qtbot.waitUntil(lambda: len(site.engine.calls.running()) == 4)
    site.engine.close()
    settle(qtbot, page)
    assert all(outcome == "error" for outcome, _, _ in outcomes(page))
    assert "the call was cancelled" in {reason for _, reason, _ in outcomes(page)}


def test_what_the_engine_cannot_do_is_said(
    qtbot: QtBot, site: PageSite, show: Show[FirePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(site, is_dry=True, counts=False)

    def no_room(*_: Any, **__: Any) -> Any:
        raise StoreError("no room for a copy of data.db")

    monkeypatch.setattr(site.engine._rehearsals, "run", no_room)
    page = show(FirePage)
    page.view.fire.click()
    settle(qtbot, page)
    assert page.view.error.text() == "no room for a copy of data.db"
    assert page.view.fire.isEnabled()
    monkeypatch.undo()
    fire(qtbot, page, 3)
    assert page.view.error.isHidden()


# the rate limit


def test_where_the_rate_limit_bites_when_calls_count(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    limited(site)
    page = show(FirePage)
    assert page.view.counts.isChecked()
    assert page.view.counts.isEnabled()
    fire(qtbot, page, 20, 1)
    assert page.view.limit.isVisible()
    words = page.view.limit.title.text()
    assert words.startswith("The rate limit took effect at call 8, after ")
    assert words.endswith("it refused 13 calls.")
    (refused, ok) = outcomes(page)
    assert (refused[0], refused[2], ok) == ("refused", 13, ("ok", "", 7))
    assert "rate limit" in refused[1]
    assert sum(bars(page)) == 7, "times are those of calls that were let through"
    assert page.view.times.text().startswith("7 calls: ")
    assert page.view.about.text().endswith(", 1 at once, counted against the rate limit")
    fire(qtbot, page, 3, 3)
    assert "took effect at call 1," in page.view.limit.title.text()
    assert page.view.times.text() == "No call was let through."
    assert bars(page) == []


def test_the_limit_holds_when_many_come_at_once(qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    limited(site)
    page = show(FirePage)
    fire(qtbot, page, 40, MAX_AT_ONCE)
    assert {outcome: number for outcome, _, number in outcomes(page)} == {"ok": 7, "refused": 33}


@pytest.mark.parametrize("is_dry", [True, False])
def test_no_limit_bites_while_calls_do_not_count(
    is_dry: bool, qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    limited(site, counts=False, is_dry=is_dry)
    page = show(FirePage)
    fire(qtbot, page, 30)
    assert outcomes(page) == [("ok", "", 30)]
    assert not page.view.limit.isVisible()
    assert page.view.about.text().endswith("not counted against the rate limit")
    assert site.engine.calls.last_minute() == 0, "and visitors have all of theirs"


def test_dry_runs_never_count(qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    limited(site)
    page = show(FirePage)
    page.view.dry.click()
    assert not page.view.counts.isEnabled()
    fire(qtbot, page, 20)
    assert outcomes(page) == [("ok", "", 20)]
    assert page.view.about.text().endswith("not counted against the rate limit")
    page.view.live.click()
    fire(qtbot, page, 8, 1)
    assert "at call 8" in page.view.limit.title.text()


# what came of it


def test_refusals_and_errors_are_counted_by_reason(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    site.script("odd", ODD)
    site.calls.ask("odd", "", is_dry=False)
    page = show(FirePage)
    fire(qtbot, page, 15, 1)
    assert outcomes(page) == [("ok", "", 8), ("invalid", "not the third", 5), ("invalid", "not the fifth", 2)]
    assert page.view.model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole) == "not the third"
    assert page.view.outcomes.accessibleName() == "Outcomes"
    site.script("odd", FAILS)
    fire(qtbot, page, 4)
    ((outcome, reason, number),) = outcomes(page)
    assert (outcome, number) == ("error", 4)
    assert "odd.lua:2" in reason
    assert sum(bars(page)) == 4, "a call that failed took its time too"


def test_the_histogram_is_read_by_keyboard_and_screen_reader(
    qtbot: QtBot, site: PageSite, show: Show[FirePage]
) -> None:
    limited(site, counts=False)
    page = show(FirePage)
    histogram = page.view.histogram
    assert histogram.accessibleName() == "Histogram of times. no calls yet"
    fire(qtbot, page, 50)
    assert histogram.accessibleName() == f"Histogram of times. {page.view.times.text()}"
    filled = [bar for bar in histogram.bars if bar.count]
    assert histogram.accessibleDescription() == "; ".join(map(bar_words, filled))
    assert histogram.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert histogram.current_words == ""
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.current_words == bar_words(filled[0])
    qtbot.keyClick(histogram, Qt.Key.Key_End)
    assert histogram.current_words == bar_words(filled[-1])
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.current_words == bar_words(filled[-1]), "that was the last"
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert histogram.current_words == bar_words(filled[-2])
    qtbot.keyClick(histogram, Qt.Key.Key_Home)
    assert histogram.current_words == bar_words(filled[0])


def test_a_bar_says_its_numbers_under_the_pointer(qtbot: QtBot, site: PageSite, show: Show[FirePage]) -> None:
    limited(site, counts=False)
    page = show(FirePage)
    fire(qtbot, page, 1)
    histogram = page.view.histogram
    place = QPoint(histogram.width() // 10, histogram.height() // 2)
    QApplication.sendEvent(
        histogram, QHelpEvent(QHelpEvent.Type.ToolTip, place, histogram.mapToGlobal(place))
    )
    assert QToolTip.text() == bar_words(histogram.bars[0])
    assert QToolTip.text().startswith("1 call took ")


def test_everything_has_a_name_and_the_theme_changes(
    qtbot: QtBot, site: PageSite, show: Show[FirePage], context: TabContext
) -> None:
    limited(site)
    page = show(FirePage)
    fire(qtbot, page, 9)
    for widget in page.view.findChildren(object):
        if getattr(
            widget, "focusPolicy", lambda: Qt.FocusPolicy.NoFocus
        )() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
            assert widget.accessibleName() or widget.text(), widget
    before = page.view.histogram.grab().toImage()
    use_theme(DARK)
    assert page.view.histogram.grab().toImage() != before
    page.focus_main()
    assert page.focusWidget() is page.view.count
