"""What a narrow window leaves out, and where nothing stands."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.call.params_panel import ParamsPanel
from goop_console.widgets.bar_stack import BarStack
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import Column


def test_columns_that_can_be_spared_go_and_come_back_as_wide(qtbot: QtBot) -> None:
    table = RecordList[str](
        "Names",
        (Column("Name", str), Column("Length", str, 100), Column("Id", str, 180), Column("Seen", str, 140)),
        str,
        spare=(2, 3),
    )
    qtbot.addWidget(table)
    table.resize(700, 200)
    with qtbot.waitExposed(table):
        table.show()
    header = table.horizontalHeader()

    def hidden() -> list[int]:
        return [place for place in range(4) if header.isSectionHidden(place)]

    assert hidden() == []
    table.resize(400, 200)
    qtbot.waitUntil(lambda: hidden() == [2])
    assert table.widths() == [0, 100, 180, 140]
    assert not table.horizontalScrollBar().isVisible()
    table.resize(250, 200)
    qtbot.waitUntil(lambda: hidden() == [2, 3])
    table.set_widths([0, 100, 200, 140])
    table.resize(700, 200)
    qtbot.waitUntil(lambda: hidden() == [])
    assert table.widths() == [0, 100, 200, 140]


def test_bars_take_room_only_while_one_is_there(qtbot: QtBot) -> None:
    one, two = QLabel("one"), QLabel("two")
    one.hide()
    two.hide()
    stack = BarStack(one, two)
    qtbot.addWidget(stack)

    assert stack.isHidden()
    two.show()
    assert not stack.isHidden()
    two.hide()
    assert stack.isHidden()


def test_the_empty_field_shows_the_names_that_the_script_reads(qtbot: QtBot) -> None:
    panel = ParamsPanel()
    qtbot.addWidget(panel)
    hint = panel.editor.editor.placeholderText

    assert hint() == "{ }"
    panel.set_fields(("crop", 'gr"ams'))
    assert hint() == '{ "crop": …, "gr\\"ams": … }'
    panel.set_fields(("a", "b", "c", "d", "e"))
    assert hint() == '{ "a": …, "b": …, "c": …, "d": …, … }'
