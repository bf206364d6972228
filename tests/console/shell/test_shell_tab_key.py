"""Tab and Shift+Tab reach every control and are caught by none; every control has a name (found W7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from goop_console.app import Console
from goop_console.main_window import MainWindow
from goop_console.widgets.code_editor import CodeEditor
from tests.console.shell.conftest import MakeSite, open_site, scripts_tab, settle

MOST = 200  # presses of Tab; no page has as many controls


def walk(window: QWidget, key: Qt.Key) -> list[QWidget]:
    """The controls that have the keyboard one after the other, until the first comes again."""
    seen: list[QWidget] = []
    for _ in range(MOST):
        widget = QApplication.focusWidget()
        assert widget is not None, "the keyboard is nowhere"
        if seen and widget is seen[0]:
            return seen
        assert widget not in seen, f"{describe(widget)} leads back to itself"
        seen.append(widget)
        if isinstance(widget, CodeEditor):
            QTest.keyClick(widget, Qt.Key.Key_Escape)  # Tab indents; Esc and then Tab leaves
        QTest.keyClick(widget, key)
    raise AssertionError(f"{MOST} steps and no way around: {[describe(one) for one in seen[-4:]]}")


def describe(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()!r}"


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name)


def expected(page: QWidget) -> set[QWidget]:
    """The visible controls of a page that Tab has to reach."""
    return {
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.inherits("QComboBoxPrivateContainer")
    }


@pytest.mark.parametrize("place", range(7))
def test_the_tab_key_goes_around(
    new_console: Callable[[], Console], make_site: MakeSite, qtbot: QtBot, place: int
) -> None:
    window = new_console().window
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, make_site())
    assert window.workspace is not None
    window.workspace.session.engine.rooms.create("Shed")
    window.workspace.show_tab(place)
    settle(window, qtbot)
    if window.workspace.current.tab_id == "groups":
        window.workspace.current.presenter.groups._view.list.table.selectRow(0)  # type: ignore[attr-defined]
        settle(window, qtbot)
    forward = walk(window, Qt.Key.Key_Tab)
    backward = walk(window, Qt.Key.Key_Backtab)
    assert set(forward) == set(backward)
    missing = [describe(one) for one in expected(window.workspace.current) if one not in forward]
    assert missing == []
    assert [describe(one) for one in forward if not name_of(one)] == []


def test_the_start_page_goes_around(new_console: Callable[[], Console], qtbot: QtBot) -> None:
    window = new_console().window
    with qtbot.waitActive(window):
        window.activateWindow()
    window.start.open.setFocus()
    assert {one.accessibleName() or one.text() for one in walk(window, Qt.Key.Key_Tab)} >= {  # type: ignore[attr-defined]
        "Open a site folder…",
        "New site…",
    }


@pytest.mark.parametrize("page", ["tabs", "everywhere", "new", "rename", "nothing open"])
def test_the_pages_of_lua_scripts_go_around(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot, page: str
) -> None:
    tab = scripts_tab(window, qtbot, make_site())
    if page == "everywhere":
        tab.open_target(everywhere=True)
        tab.view.everywhere.field.setText("return")
        tab.view.everywhere.replacement.setText("give")
    elif page == "new":
        tab.presenter.files.start_new()
    elif page == "rename":
        tab.commands.rename()
    elif page == "nothing open":
        tab.close_page()
        tab.close_page()
        tab.focus_main()
    settle(window, qtbot)
    forward = walk(window, Qt.Key.Key_Tab)
    backward = walk(window, Qt.Key.Key_Backtab)
    assert set(forward) == set(backward)
    assert [describe(one) for one in expected(tab) if one not in forward] == []
    assert [describe(one) for one in forward if not name_of(one)] == []


def test_the_palette_keeps_the_keyboard_in_its_field(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, make_site())
    window.palettes.open_commands()
    palette = window.palettes.palette
    assert palette is not None
    qtbot.waitUntil(palette.field.hasFocus)
    QTest.keyClick(palette.field, Qt.Key.Key_Tab)
    assert palette.field.hasFocus()
    assert name_of(palette.field) == "Commands"
    palette.close()
