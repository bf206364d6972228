"""The grid over tables and views as other programs make them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.tab import DataTab
from tests.console.data.conftest import DataSite

MANY = 12_000  # more than the rows whose values are kept of a table


def opened(tab: DataTab, qtbot: QtBot, table: str, rows: int) -> None:
    tab.open_target(table=table)
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == rows)


def test_every_row_of_a_long_view_is_shown(
    site: DataSite, open_tab: Callable[[], DataTab], qtbot: QtBot
) -> None:
    """Its rows cannot be asked for again."""
    site.write(
        f"CREATE VIEW long AS WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k LIMIT {MANY}) "
        "SELECT i AS number FROM k"
    )
    tab = open_tab()
    opened(tab, qtbot, "long", MANY)
    rows = tab.view.rows
    assert [rows.text(row, 0) for row in (0, 300, MANY // 2, MANY - 1)] == ["1", "301", "6001", "12000"]
    tab.view.grid.selectAll()
    tab.presenter.run("copy:text")
    qtbot.waitUntil(lambda: tab.is_settled() and QGuiApplication.clipboard().text().endswith("\n12000"))


def test_selected_rows_of_a_view_are_not_exported_as_all(
    site: DataSite, open_tab: Callable[[], DataTab], qtbot: QtBot, tmp_path: Path
) -> None:
    site.fill("notes", 3)
    site.write("CREATE VIEW seen AS SELECT text, hex(zeroblob(2500)) AS long FROM notes")
    tab = open_tab()
    opened(tab, qtbot, "seen", 3)
    tab.view.grid.select_rows([1])
    said: list[str] = []
    tab.presenter._context.notify.info_posted.connect(said.append)
    tab.presenter.files.export_to(tmp_path / "seen.csv", only_selected=True)
    assert not (tmp_path / "seen.csv").exists()
    tab.presenter.run("copy:csv")
    assert QGuiApplication.clipboard().text().startswith('text,long\r\nrow 2,"0000')
    assert "filter them" in said[0]
    assert said[1] == "Copied; 1 long value cut at 2,000 bytes."


def test_sql_that_is_copied_can_be_run(site: DataSite, open_tab: Callable[[], DataTab], qtbot: QtBot) -> None:
    site.write("CREATE TABLE sums (a INTEGER, twice AS (a * 2))")
    site.write("INSERT INTO sums (a) VALUES (4)")
    tab = open_tab()
    opened(tab, qtbot, "sums", 1)
    tab.view.grid.selectAll()
    tab.presenter.run("copy:sql")
    expected = 'INSERT INTO "sums" ("a") VALUES (4);'
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == expected)


def test_filters_stand_below_their_columns_wherever_the_grid_is_scrolled_to(
    site: DataSite, open_tab: Callable[[], DataTab], qtbot: QtBot
) -> None:
    columns = ", ".join(f"column_{number} INTEGER" for number in range(300))
    site.write(f"CREATE TABLE wide ({columns})")
    site.write("INSERT INTO wide (column_0, column_150) VALUES (1, 5), (2, 6)")
    tab = open_tab()
    opened(tab, qtbot, "wide", 2)
    grid, header = tab.view.grid, tab.view.grid.header
    header.set_texts({"column_150": ">5"})  # as it was left: the fields are not there yet
    assert header.texts() == {"column_150": ">5"}
    tab.view.filters.setChecked(True)
    tab.presenter.requery()
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    for index in (0, 150, 299):
        grid.scrollTo(tab.view.rows.index(0, index))
        field = header.field(f"column_{index}")
        assert field is not None
        left = header.sectionViewportPosition(index)
        assert 0 <= left < grid.viewport().width()
        assert abs(field.x() - left) < 8
        assert abs(field.width() - header.sectionSize(index)) < 12
    assert header.texts() == {"column_150": ">5"}


def test_no_button_of_the_json_view_is_cut_where_the_pane_is_narrow(
    site: DataSite, open_tab: Callable[[], DataTab], qtbot: QtBot
) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    opened(tab, qtbot, "notes", 3)
    tab.view.grid.setCurrentIndex(tab.view.rows.index(0, tab.view.rows.column_place("meta")))
    view = tab.view.detail.json
    for width, shown in ((600, 5), (214, 3)):
        view.setMinimumWidth(width)
        view.setMaximumWidth(width)
        qtbot.waitUntil(lambda width=width: view.width() == width)
        buttons = [one for one in view.findChildren(QToolButton) if one.isVisible() and one.text()]
        own = [one for one in buttons if one.parent() is view]
        assert len(own) == shown
        qtbot.waitUntil(lambda own=own: all(one.width() >= one.sizeHint().width() for one in own))
