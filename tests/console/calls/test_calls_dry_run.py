"""Dry runs and their real counterparts, through the real widgets on a real engine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.call.dry_switch import DrySwitch, caller_kind
from goop_console.tabs.calls.tab import CallsTab
from goop_console.widgets.caller_picker import CallerChoice
from tests.console.calls.acting import OpenTab, ask, choose, choose_function, outcome_after, run

OWNER, MEMBER, STRANGER = (CallerChoice(role, role, role) for role in ("owner", "viewer", "stranger"))
ADD = '{"text": "milk", "count": 2}'


def apply_button(tab: CallsTab) -> Any:
    return tab.view.result.banner.apply


def state_of(folder: Path) -> dict[str, str]:
    """Every file of the site but the console's own and SQLite's shared memory."""
    files = (
        path
        for path in folder.rglob("*")
        if path.is_file() and ".goop-console" not in path.parts and path.suffix not in (".db-shm",)
    )
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def tab(open_tab: OpenTab, qtbot: QtBot) -> CallsTab:
    made = open_tab()
    choose_function(made, qtbot, "writes", "add")
    return made


def test_a_dry_run_says_what_would_change_and_changes_nothing(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    before, notes = state_of(site.folder), site.notes()
    outcome = ask(tab, qtbot, "add", ADD)
    assert outcome.is_dry
    assert (state_of(site.folder), site.notes()) == (before, notes)
    result = tab.view.result
    assert result.banner.isVisible()
    assert result.banner.title.text() == "Dry run: nothing was changed"
    assert (
        result.banner.text.text()
        == "For real it would be: 1 row added, 1 changed and 1 effect outside the tables."
    )
    assert [result.trace.tabText(place) for place in range(2)] == ["Changes (2)", "Would do (1)"]
    lines = result.trace.diff.lines()
    assert lines[0] == "notes    + 1 added    ~ 1 changed"
    assert lines[1].startswith("+ added  _id 2 | text = 'milk'")
    assert lines[2:] == [
        "~ changed  _id 1 | text = 'first' | text = 'changed'",
        "text | 'first' | → 'changed'",
    ]
    assert result.trace.effects.index(0, 1).data() == 'kv writes: last = "milk"'


def test_apply_for_real_repeats_it_as_the_same_caller(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    anna = tab.view.caller.current
    dry = ask(tab, qtbot, "add", ADD)
    choose(tab, "Maya")  # who stands in the chip meanwhile does not count
    button = apply_button(tab)
    assert button.text() == "Apply for real as Anna (viewer)"
    button.click()
    live = outcome_after(tab, qtbot, 1)
    assert anna is not None
    assert (live.call.caller, live.is_dry) == (anna, False)
    assert site.notes() == [(1, "x", "changed"), (2, anna.id, "milk")]
    assert [one.table for one in live.diff.tables] == [one.table for one in dry.diff.tables] == ["notes"]
    assert not tab.view.result.banner.isVisible()
    assert tab.view.result.trace.tabText(0) == "Changes (2)"
    assert [tab.view.recent.model.index(row, 2).data() for row in range(2)] == [
        "✓ ok · for real",
        "✓ ok · dry run",
    ]


def test_apply_by_somebody_who_is_gone_does_nothing(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Bob")
    ask(tab, qtbot, "add", ADD)
    bob = tab.view.caller.current
    assert bob is not None
    site.engine.peers.remove_test_peer(bob.id)
    tab.refresh()
    qtbot.waitUntil(tab.is_settled)
    apply_button(tab).click()
    qtbot.waitUntil(tab.is_settled)
    assert "no longer known" in tab.view.hint.text()
    assert site.notes() == [(1, "x", "first")]


def test_it_is_on_for_everybody_but_the_owner_and_remembered_for_each_kind(
    open_tab: OpenTab, tab: CallsTab, qtbot: QtBot
) -> None:
    def shown() -> list[bool]:
        found = []
        for name in ("Maya", "Anna", "Bob"):
            choose(tab, name)
            found.append(tab.view.dry.isChecked())
        return found

    assert shown() == [False, True, True]
    tab.view.dry.click()  # Bob, a stranger
    assert tab.view.run.text() == "Run as Bob (stranger)"
    choose(tab, "Maya")
    tab.view.dry.click()
    assert tab.view.run.text() == "Dry-run as Maya (owner)"
    assert shown() == [True, True, False]
    again = open_tab()
    again.restore_state(tab.save_state())
    qtbot.waitUntil(again.is_settled)
    assert again.view.dry.save_state() == {"owner": True, "member": True, "stranger": False}


def test_opening_a_real_call_again_does_not_switch_the_dry_run_off(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    tab.view.dry.click()
    live = ask(tab, qtbot, "deny")
    assert not live.is_dry
    tab.view.dry.click()
    choose(tab, "Maya")
    tab.presenter.show_outcome(live)
    assert tab.view.run.text() == "Dry-run as Anna (viewer)"
    assert tab.view.result.outcome is live


def test_the_engines_history_knows_who_and_whether_it_was_dry(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    with qtbot.waitSignal(tab.presenter.outcome_recorded):
        ask(tab, qtbot, "add", ADD)
    choose(tab, "Maya")
    ask(tab, qtbot, "deny")
    owner, anna = site.engine.history.page()
    assert (owner.caller.label, owner.role, owner.is_dry, owner.outcome) == (
        "Maya",
        "owner",
        False,
        "invalid",
    )
    assert (anna.caller.label, anna.role, anna.is_dry, anna.outcome, anna.rows) == (
        "Anna",
        "viewer",
        True,
        "ok",
        2,
    )


def test_a_role_that_nobody_has_can_be_tried_dry_only(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    site.write('UPDATE _groups SET roles = \'["viewer", "coauthor"]\'')
    tab.refresh()
    qtbot.waitUntil(tab.is_settled)
    choose(tab, "coauthor")
    assert tab.view.run.text() == "Dry-run as Somebody (coauthor)"
    assert not tab.view.dry.isEnabled()
    choose_function(tab, qtbot, "whoami", "who")
    value = run(tab, qtbot).result.value
    assert (value["role"], value["member"], value["label"]) == ("coauthor", True, "Somebody")
    assert not tab.view.result.banner.apply.isVisible(), "there is nobody to apply it as"
    choose(tab, "Maya")
    assert tab.view.dry.isEnabled()
    assert not tab.view.dry.isChecked()


def test_counting_is_off_until_it_is_switched_on(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Maya")
    first = ask(tab, qtbot, "deny")
    assert first.result.rate is not None
    assert not first.result.rate.counted
    tab.view.counts.click()
    counted = [ask(tab, qtbot, "deny") for _ in range(6)]
    assert counted[0].result.rate is not None
    assert counted[0].result.rate.counted
    assert counted[-1].result.error is not None
    assert counted[-1].result.error.kind == "rate_limit"
    assert site.engine.calls.last_minute() == 5
    tab.view.counts.click()
    assert ask(tab, qtbot, "deny").result.error is None


def test_a_dry_run_never_counts(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Maya")
    tab.view.counts.click()
    tab.view.dry.click()
    assert not tab.view.counts.isEnabled()
    assert not ask(tab, qtbot, "deny").call.counts


def test_alt_d_switches(tab: CallsTab, qtbot: QtBot) -> None:
    tab.activateWindow()
    tab.focus_main()
    qtbot.keyClick(tab.view.request.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: tab.view.run.text() == "Dry-run as Maya (owner)")


@pytest.mark.parametrize(("caller", "kind"), [(OWNER, "owner"), (MEMBER, "member"), (STRANGER, "stranger")])
def test_kinds_of_callers(caller: CallerChoice, kind: str) -> None:
    assert caller_kind(caller) == kind


def test_a_site_open_for_reading_takes_dry_runs_only(qtbot: QtBot) -> None:
    switch = DrySwitch()
    qtbot.addWidget(switch)
    switch.set_caller(OWNER)
    assert not switch.is_dry
    switch.set_read_only(True)
    assert switch.is_dry
    assert not switch.isEnabled()
    assert "reading only" in switch.toolTip()


@pytest.mark.parametrize("state", [None, 3, {"owner": 1}, {"nobody": True}])
def test_a_switch_state_that_does_not_fit_does_no_harm(qtbot: QtBot, state: Any) -> None:
    switch = DrySwitch()
    qtbot.addWidget(switch)
    switch.restore_state(state)
    assert switch.save_state() == {"owner": False, "member": True, "stranger": True}
