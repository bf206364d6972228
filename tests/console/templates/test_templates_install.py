"""From the gallery to an installed template and back, on real sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.templates.progress import Cancelled, Progress
from goop_console.tabs.templates.tab import TemplatesTab
from goop_console.tabs.templates.words import READ_ONLY, UNCHANGED
from lua_engine import read_template
from tests.helpers.busy_pool import busy_pool

from .conftest import OpenTab, TemplateSite

BROKEN_SEED = 'function call(request)\n  error("no luck")\nend\n'


@pytest.fixture
def walk(qtbot: QtBot) -> Callable[[TemplatesTab, Path], None]:
    """Reads a template from disk and makes its plan."""

    def go(tab: TemplatesTab, path: Path) -> None:
        tab.presenter.read_from_disk(path)
        qtbot.waitUntil(tab.is_settled)
        tab.presenter.confirm()
        qtbot.waitUntil(tab.is_settled)

    return go


Walk = Callable[[TemplatesTab, Path], None]


def confirm(qtbot: QtBot, tab: TemplatesTab) -> None:
    """Ctrl+Enter, then wait."""
    qtbot.keyClick(tab.view.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(tab.is_settled)


def test_a_template_is_installed_after_its_plan_was_seen(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    view = tab.view
    walk(tab, site.template())
    assert view.page is view.plan
    assert view.plan.title.text() == "Install Notes"
    assert view.plan.primary.text() == "Install"
    assert "1 table will be made: notes." in view.plan.sentences.text
    assert "The function seed runs once" in view.plan.sentences.text
    assert site.installed() == "", "a plan changes nothing"
    assert site.page().startswith("<h1>Mine")
    confirm(qtbot, tab)
    assert view.page is view.result
    assert view.result.title.text() == "Notes is installed"
    assert '"seeded": 3' in view.result.seed.toPlainText()
    assert "seeded 3" in view.result.seed.toPlainText()
    assert site.installed() == "Notes"
    assert view.gallery.current is not None
    assert (view.gallery.current.mark, view.details.primary.text()) == ("Installed", "Install again…")


def test_an_installation_takes_no_thread_from_clicks(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    walk(tab, site.template())
    with busy_pool(tab.presenter._context.operations, tab):
        qtbot.keyClick(tab.view.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: tab.view.page is tab.view.result)
    qtbot.waitUntil(tab.is_settled)
    assert site.installed() == "Notes"


def test_the_plan_shows_each_file_side_by_side(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    plan = tab.view.plan
    walk(tab, site.template())
    paths = [plan.files.file(row).path for row in range(plan.files.rowCount())]
    plan.table.selectRow(paths.index("site/index.html"))
    qtbot.waitUntil(tab.is_settled)
    assert "   1 - <h1>Mine</h1>" in plan.diff.left.toPlainText()
    assert "   1 + <title>Notes</title>" in plan.diff.right.toPlainText()
    plan.table.selectRow(paths.index("site/images/dot.png"))
    qtbot.waitUntil(tab.is_settled)
    assert plan._reason.isVisibleTo(plan)
    assert "not text" in plan._reason.text()
    assert "10 bytes" in plan._reason.text()


def test_installing_over_another_says_what_goes(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    site.engine.templates.install(read_template(site.template()))
    tab = open_tab()
    view = tab.view
    other = site.template("Other", lua__functions__seed_dot_lua=None)
    walk(tab, other)
    assert view.plan.title.text() == "Install Other over Notes"
    assert view.plan.primary.text() == "Install and drop 1 table (3 rows)"
    assert "1 table with 3 rows will be dropped: notes (3 rows)." in view.plan.sentences.text
    confirm(qtbot, tab)
    assert site.installed() == "Other"
    qtbot.mouseClick(view.result.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    assert view.result.title.text() == "The site is back to before"
    assert site.installed() == "Notes"
    rows = {table.name: site.engine.data.count(table.name) for table in site.engine.tables.infos()}
    assert rows["notes"] == 3
    assert [entry.title for entry in view.gallery.model.entries if entry.mark == "Installed"] == []


def test_the_same_template_again_keeps_its_group(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    path = site.template()
    site.engine.templates.install(read_template(path))
    tab = open_tab()
    walk(tab, path)
    assert tab.view.details.primary.text() == "Install again…"
    assert "The group “Notes Co-authors” stays, with its members." in tab.view.plan.sentences.text
    confirm(qtbot, tab)
    assert tab.view.page is tab.view.result
    assert "was kept" in tab.view.result.sentences.text


def test_esc_leads_back_and_nothing_happens(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    walk(tab, site.template())
    qtbot.keyClick(tab.view.plan, Qt.Key.Key_Escape)
    assert tab.view.page is tab.view.gallery_page
    assert site.installed() == ""
    assert site.engine.templates.backups() == ()


def test_a_seed_that_fails_leaves_the_site_alone(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    error = tab.view.error
    walk(tab, site.template(lua__functions__seed_dot_lua=BROKEN_SEED))
    confirm(qtbot, tab)
    assert tab.view.page is error
    assert error.title.text() == "Notes was not installed"
    assert "seed.lua:2" in error.message.text()
    assert "no luck" in error.message.text()
    assert error.unchanged.text() == UNCHANGED
    qtbot.mouseClick(error.copy, Qt.MouseButton.LeftButton)
    assert "no luck" in QGuiApplication.clipboard().text()
    assert site.page().startswith("<h1>Mine")
    assert site.engine.templates.backups() == ()
    qtbot.mouseClick(error.logs, Qt.MouseButton.LeftButton)
    assert site.links == [("logs", {})]
    qtbot.mouseClick(error.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.page is tab.view.plan


def test_a_site_that_changed_since_the_plan_is_not_touched(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    walk(tab, site.template())
    (site.folder / "site" / "index.html").write_text("edited meanwhile")
    confirm(qtbot, tab)
    assert tab.view.page is tab.view.error
    assert "changed since the plan was made" in tab.view.error.message.text()
    assert site.page() == "edited meanwhile"


def test_an_installation_can_be_cancelled(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_tab()
    walk(tab, site.template())
    # Cancelled from the first step on: the worker's next step finds it, whenever that is.
    first = Progress()
    monkeypatch.setattr("goop_console.tabs.templates.flow.Progress", lambda: first)
    first.cancel()
    confirm(qtbot, tab)
    assert tab.view.page is tab.view.plan
    assert site.told == ["Cancelled: the site is as it was."]
    assert site.installed() == ""
    assert site.engine.templates.backups() == ()


def test_the_cancel_button_asks_the_worker_to_stop(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    tab = open_tab()
    progress = tab.view.progress
    progress.begin("Install Notes", can_cancel=True)
    progress.show_step("Backing up", 1, 5, can_cancel=True)
    tab.view.show_page(progress)
    assert (progress.bar.value(), progress.bar.maximum(), progress.step.text()) == (
        1,
        5,
        "Step 2 of 5: Backing up…",
    )
    tab.presenter.read_from_disk(site.template())
    assert site.told == ["notes was not read: a change of the site is under way."]
    assert tab.view.page is progress
    progress.cancel.setFocus()
    qtbot.mouseClick(progress.cancel, Qt.MouseButton.LeftButton)
    assert not progress.cancel.isEnabled()
    assert progress.window().focusWidget() is progress  # and not the window's first button
    with pytest.raises(Cancelled):
        tab.presenter.flow._progress("Preparing", 2, 5)


def test_it_is_too_late_to_cancel_while_the_change_is_made() -> None:
    progress = Progress()
    progress("Running seed", 3, 5)
    progress.cancel()
    progress("Installing", 4, 5)
    progress("Done", 5, 5)
    assert progress.now == ("Done", 5, 5)


def test_a_backup_is_looked_at_like_an_installation(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    site.engine.templates.install(read_template(site.template()))
    tab = open_tab()
    view = tab.view
    backup = site.engine.templates.backups()[0]
    assert view.gallery.select(f"backup/{backup.id}")
    assert view.details.primary.text() == "Go back…"
    confirm(qtbot, tab)
    assert view.page is view.plan
    assert view.plan.primary.text() == "Go back and drop 1 table (3 rows)"
    confirm(qtbot, tab)
    assert view.page is view.result
    assert site.installed() == ""
    assert site.page().startswith("<h1>Mine")


def test_nothing_is_installed_in_a_site_that_is_open_for_reading(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    site.engine.templates.installed()
    site.reopen(read_only=True)
    tab = open_tab()
    walk(tab, site.template())
    assert tab.view.details.note.text() == READ_ONLY
    assert tab.view.page is tab.view.plan
    assert not tab.view.plan.primary.isEnabled()
    assert tab.view.plan.note.text() == READ_ONLY
    confirm(qtbot, tab)
    assert tab.view.page is tab.view.plan


def test_a_set_of_commands_is_added_once(qtbot: QtBot, site: TemplateSite, open_tab: OpenTab) -> None:
    tab = open_tab()
    view = tab.view
    first = next(entry for entry in view.gallery.model.entries if entry.key.startswith("set/"))
    view.gallery.select(first.key)
    assert view.details.primary.text() == "Add to site…"
    confirm(qtbot, tab)
    assert view.plan.primary.text() == "Add to site"
    confirm(qtbot, tab)
    assert view.page is view.result
    assert "Visitors can use them now: !" in view.result.sentences.text
    assert {info.name for info in site.engine.scripts.commands()} >= {
        name.removeprefix("!") for name in first.facts[1].split()
    }
    qtbot.keyClick(view.result, Qt.Key.Key_Escape)
    assert view.gallery.current is not None
    assert view.gallery.current.mark == "On this site"
    confirm(qtbot, tab)
    assert view.page is view.error
    assert "already" in view.error.message.text()


def test_links_lead_from_the_result_to_the_other_tabs(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, walk: Walk
) -> None:
    tab = open_tab()
    walk(tab, site.template())
    confirm(qtbot, tab)
    for button in tab.view.result.links.values():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert site.links == [
        ("scripts", {"name": "notes", "kind": "function"}),
        ("data", {"table": "notes"}),
        ("logs", {"script": "seed"}),
    ]
