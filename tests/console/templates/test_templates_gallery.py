"""The gallery: what it lists, finds, remembers and takes from disk; and new templates."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
)
from pytestqt.qtbot import QtBot

from goop_console.tabs.templates.drops import dropped_template
from goop_console.tabs.templates.export_presenter import folder_name, missing
from goop_console.tabs.templates.tab import TemplatesTab
from lua_engine import KnownError, read_template

from .conftest import OpenTab, TemplateSite

BUNDLED = {"blog", "clubhouse", "kanban", "poll", "tic-tac-toe", "todo"}


def mime(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def drop(tab: TemplatesTab, path: Path) -> bool:
    """Drop ``path`` on the tab; was it taken?"""
    data, action, button = mime(path), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tab, enter)
    event = QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tab, event)
    assert enter.isAccepted() == event.isAccepted()
    return event.isAccepted()


def test_everything_that_can_be_had_is_listed(site: TemplateSite, open_tab: OpenTab) -> None:
    site.engine.templates.install(read_template(site.template()))
    tab = open_tab()
    entries = tab.view.gallery.model.entries
    assert {entry.key for entry in entries if entry.key.startswith("template/")} == {
        f"template/{name}" for name in BUNDLED
    }
    sections = list(dict.fromkeys(entry.section for entry in entries))
    assert sections == ["Bundled templates", "Chat command sets", "Single chat commands", "Backups"]
    assert next(entry for entry in entries if entry.key == "command/ping").title == "!ping"
    poll = next(entry for entry in entries if entry.key == "template/poll")
    assert {"e-mail required", "3 tables"} <= set(poll.facts)


def test_the_keyboard_walks_over_headings(qtbot: QtBot, open_tab: OpenTab) -> None:
    tab = open_tab()
    gallery = tab.view.gallery
    gallery.list.setFocus()
    seen = []
    for _ in range(12):
        assert gallery.current is not None
        seen.append(gallery.current.section)
        qtbot.keyClick(gallery.list, Qt.Key.Key_Down)
    assert {"Bundled templates", "Chat command sets"} <= set(seen)


def test_words_and_categories_narrow_the_list(qtbot: QtBot, open_tab: OpenTab) -> None:
    tab = open_tab()
    gallery = tab.view.gallery
    gallery.filter.set_text("columns CARDS")
    qtbot.waitUntil(tab.is_settled)
    assert gallery.current is not None
    assert gallery.current.key == "template/kanban"
    gallery.filter.set_text("nobody has this")
    qtbot.waitUntil(tab.is_settled)
    assert not gallery.is_listing
    assert gallery.current is None
    qtbot.mouseClick(gallery.state.button, Qt.MouseButton.LeftButton)
    assert gallery.current is not None
    gallery.category.setCurrentIndex(gallery.category.findData("games"))
    assert gallery.current.key == "template/tic-tac-toe"


def test_a_link_chooses_a_template_whatever_is_filtered(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    tab = open_tab()
    tab.view.gallery.filter.set_text("ping")
    qtbot.waitUntil(tab.is_settled)
    tab.open_target(template="kanban")
    assert tab.view.details.heading.text() == "Kanban board"
    assert "cards" in tab.view.details.text.toPlainText()
    tab.open_target(template="no such one")
    assert site.told == ["There is no template no such one."]


def test_the_next_start_finds_what_was_chosen(qtbot: QtBot, open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.open_target(template="tic-tac-toe")
    tab.view.gallery.category.setCurrentIndex(tab.view.gallery.category.findData("games"))
    state = tab.save_state()
    again = open_tab()
    again.restore_state(state)
    qtbot.waitUntil(again.is_settled)
    assert again.view.gallery.current is not None
    assert again.view.gallery.current.key == "template/tic-tac-toe"
    assert again.view.gallery.category.currentData() == "games"
    again.restore_state({"chosen": 3, "filter": None, "category": [], "splitter": "wide"})


def test_an_installation_from_elsewhere_shows_by_itself(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    tab = open_tab()
    site.engine.templates.install(read_template(Path("resources/templates/todo").resolve()), bundled=True)
    qtbot.waitUntil(
        lambda: any(
            entry.mark == "Installed" and entry.key == "template/todo"
            for entry in tab.view.gallery.model.entries
        )
    )
    qtbot.waitUntil(tab.is_settled)


def test_a_dropped_template_is_taken_and_a_site_is_left_to_the_window(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    tab = open_tab()
    assert not drop(tab, site.folder)
    assert drop(tab, site.template("Dropped"))
    qtbot.waitUntil(lambda: tab.view.details.heading.text() == "Dropped")
    archive = site.root / "packed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((site.template("Packed")).rglob("*.*")):
            packed.write(path, path.relative_to(site.root / "packed"))
    assert drop(tab, archive)
    qtbot.waitUntil(lambda: tab.view.details.heading.text() == "Packed")
    assert len([entry for entry in tab.view.gallery.model.entries if entry.section == "From disk"]) == 2


def test_what_may_be_dropped(site: TemplateSite) -> None:
    folder = site.template()
    assert dropped_template(mime(folder)) == folder
    assert dropped_template(mime(folder / "manifest.json")) == folder
    assert dropped_template(mime(folder / "index.html")) is None
    assert dropped_template(mime(site.root / "gone.zip")) is None
    (folder / "goop.json").write_text("{}")
    assert dropped_template(mime(folder)) is None
    assert dropped_template(QMimeData()) is None


@pytest.mark.parametrize("name", ["../../escape.html", "/etc/passwd", "index.html\\..\\x"])
def test_a_hostile_archive_is_refused_with_its_reason(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, name: str
) -> None:
    archive = site.root / "hostile.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("manifest.json", '{"name": "Trap"}')
        packed.writestr(name, "x")
    tab = open_tab()
    tab.presenter.read_from_disk(archive)
    qtbot.waitUntil(tab.is_settled)
    bar = tab.view.problem
    assert bar.isVisible()
    assert bar.title.text() == "hostile.zip cannot be used as a template"
    assert "refused" in bar.text.text()
    assert "Copy details" in bar.buttons()
    assert not [entry for entry in tab.view.gallery.model.entries if entry.title == "Trap"]


def test_backups_that_cannot_be_read_do_not_hide_the_gallery(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    site.engine.templates.install(read_template(site.template()))
    folder = site.folder / ".goop-console" / "backups"
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")
    tab = open_tab()
    assert tab.view.problem.isVisible()
    assert "backups" in tab.view.problem.text.text()
    assert tab.view.gallery.is_listing


def test_a_template_of_this_site_installs_again(qtbot: QtBot, site: TemplateSite, open_tab: OpenTab) -> None:
    site.engine.templates.install(read_template(site.template()))
    tab = open_tab()
    view = tab.view
    qtbot.mouseClick(view.gallery.new, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.page is view.export)
    form = view.export
    assert form.chosen_tables() == ("notes",)
    form.name.setText("")
    form.write.click()
    assert form.error.text() == "Give the template a name."
    form.name.setText("My Notes")
    form.category.setEditText("garden")
    form.icon.setText("M")
    form.set_folder(site.root / "made")
    form.write.click()
    qtbot.waitUntil(tab.is_settled)
    assert form.error.isHidden(), form.error.text()
    assert read_template(site.root / "made").name == "My Notes"
    form.write.click()
    qtbot.waitUntil(tab.is_settled)
    assert "not empty" in form.error.text()
    form.set_folder(site.root / "made-2")
    form.write.click()
    qtbot.waitUntil(tab.is_settled)
    form.show_it.click()
    qtbot.waitUntil(lambda: view.details.heading.text() == "My Notes")
    tab.presenter.confirm()
    qtbot.waitUntil(tab.is_settled)
    tab.presenter.confirm()
    qtbot.waitUntil(tab.is_settled)
    assert site.installed() == "My Notes"


def test_a_form_that_is_not_complete_says_what_is_missing() -> None:
    assert missing("", "/tmp/x") == "Give the template a name."
    assert missing("x", " ") == "Choose a folder for the template."
    assert "absolute path" in missing("x", "relative/folder")
    assert missing("x", "~/folder") == ""
    assert [folder_name(name) for name in ("My Garden!", "…")] == ["my-garden", "template"]


def test_a_folder_that_is_used_gets_a_folder_of_its_own_inside(site: TemplateSite, open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.view.export.name.setText("Garden Site")
    tab.presenter.export._on_folder(str(site.root))
    assert tab.view.export.folder.text() == str(site.root / "garden-site")


def test_everything_that_takes_the_keyboard_has_a_name(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab
) -> None:
    tab = open_tab()
    view, seen = tab.view, []
    tab.presenter.read_from_disk(site.template())
    qtbot.waitUntil(tab.is_settled)
    for go_on in (
        lambda: None,
        tab.presenter.confirm,
        tab.presenter.confirm,
        tab.presenter.begin_export,
        lambda: view.show_page(view.error),
    ):
        go_on()
        qtbot.waitUntil(tab.is_settled)
        seen.append(view.page)
        assert nameless(tab) == []
    assert seen == [view.gallery_page, view.plan, view.result, view.export, view.error]


def nameless(tab: TemplatesTab) -> list[str]:
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QTextBrowser)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in tab.findChildren(kind)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), (QComboBox, QAbstractItemView))
    ]


def test_both_themes_are_followed_on_every_page(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, qapp: QApplication
) -> None:
    tab = open_tab()
    theme = tab.presenter._context.theme
    tab.presenter.read_from_disk(site.template())
    qtbot.waitUntil(tab.is_settled)
    tab.presenter.confirm()
    qtbot.waitUntil(tab.is_settled)
    before = tab.view.plan.sentences.text
    for mode in ("dark", "light"):
        theme.apply(qapp, mode)
        assert tab.view.plan.sentences.text == before
    tab.presenter.refresh()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.details.heading.text() == "Notes"


@pytest.mark.parametrize("action", ["folder_action", "archive_action"])
def test_from_disk_asks_without_stopping_the_window(
    qtbot: QtBot, site: TemplateSite, open_tab: OpenTab, action: str
) -> None:
    tab = open_tab()
    getattr(tab.view.gallery, action).trigger()
    dialog = tab.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(site.template()))
    dialog.reject()
    qtbot.waitUntil(lambda: tab.view.details.heading.text() == "Notes")


def test_a_gallery_that_cannot_be_read_offers_to_try_again(
    qtbot: QtBot, open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise KnownError("resources/templates is missing from this installation")

    with monkeypatch.context() as patch:
        patch.setattr("goop_console.tabs.templates.presenter.read_bundle", broken)
        tab = open_tab()
    gallery = tab.view.gallery
    assert not gallery.is_listing
    assert "is missing" in gallery.state.text.text()
    qtbot.mouseClick(gallery.state.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    assert gallery.is_listing


def test_a_screen_reader_hears_what_a_card_shows(open_tab: OpenTab) -> None:
    tab = open_tab()
    model = tab.view.gallery.model
    heading, card = model.index(0, 0), model.index(model.row_of("template/poll"), 0)
    assert heading.data(Qt.ItemDataRole.AccessibleTextRole) == "Bundled templates"
    assert not heading.flags() & Qt.ItemFlag.ItemIsSelectable
    heard = card.data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard.startswith("Polls, community, 3 tables")
    assert card.data(Qt.ItemDataRole.ToolTipRole).startswith("Polls\nAsk your visitors")
