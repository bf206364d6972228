"""The base pieces that every tab is put together from: records, work, refresher, foreign text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.refresher import Refresher
from goop_console.services.work import Work
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import MAX_LINE, MAX_TIP, shown_line, shown_lines, shown_tip
from goop_console.widgets.long_text import MAX_LINE as LONGEST
from goop_console.widgets.long_text import MAX_SHOWN, LongText, broken
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import SORT_ROLE, Column, RecordModel
from lua_engine import KnownError

COLUMNS = (
    Column[tuple[str, int]]("Name", lambda one: one[0], full=lambda one: f"{one[0]} in full"),
    Column[tuple[str, int]](
        "Count", lambda one: str(one[1]), is_number=True, order=lambda one: one[1], color=lambda _: "muted"
    ),
)


@pytest.fixture
def operations(qtbot: QtBot) -> Iterator[Operations]:
    made = Operations()
    yield made
    made.close()


# records


def test_records_with_the_same_keys_are_changed_in_place(qtmodeltester: Any) -> None:
    model = RecordModel(COLUMNS, key=lambda one: one[0])
    assert model.set_records([("a", 1), ("b", 2)])
    assert not model.set_records([("a", 1), ("b", 3)])
    assert model.index(1, 1).data() == "3"
    assert model.row_of("b") == 1
    assert model.row_of("nobody") == -1
    assert model.set_records([("b", 3)])
    model.prepend(("c", 4), limit=1)
    assert model.records == (("c", 4),)
    assert model.key(0) == "c"
    qtmodeltester.check(model)


def test_a_record_says_itself_in_every_role() -> None:
    model = RecordModel(COLUMNS, is_strong=lambda _: True)
    model.set_records([("<b>evil\u202e</b>", 2)])
    name, count = model.index(0, 0), model.index(0, 1)
    assert name.data() == "<b>evil⟨RLO⟩</b>"
    assert "&lt;b&gt;" in shown_tip(name.data(Qt.ItemDataRole.ToolTipRole))
    assert name.data(Qt.ItemDataRole.FontRole).bold()
    assert count.data(SORT_ROLE) == 2
    assert count.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert count.data(Qt.ItemDataRole.ForegroundRole) is not None


def test_a_list_keeps_its_place_when_the_chosen_record_goes(qtbot: QtBot) -> None:
    table = RecordList("People", COLUMNS, lambda one: one[0], keeps_place=True)
    qtbot.addWidget(table)
    table.set_records([("a", 1), ("b", 2), ("c", 3)])
    assert table.choose("b")
    table.set_records([("a", 1), ("c", 3)])
    assert table.current_key() == "c"
    table.set_text("a in")
    assert [one[0] for one in table.shown()] == ["a"]


# work


def test_a_known_error_goes_back_and_a_bug_is_shown_too(operations: Operations, qtbot: QtBot) -> None:
    notify, owner, button = Notifier(), QObject(), QPushButton()
    qtbot.addWidget(button)
    work, reasons, shown = Work(operations, notify, owner), [], []
    notify.error_posted.connect(lambda title, detail: shown.append(detail))

    def fail(error: Exception) -> None:
        raise error

    with qtbot.waitSignal(work.finished):
        work.run(lambda: fail(KnownError("disk full")), failed=reasons.append, button=button)
        assert not button.isEnabled()
        assert not work.is_settled
    assert (reasons, shown, button.isEnabled(), work.is_settled) == (["disk full"], [], True, True)
    with qtbot.waitSignal(work.finished):
        work.run(lambda: fail(ZeroDivisionError("ours")), failed=reasons.append)
    assert reasons == ["disk full", "ours"]
    assert "ZeroDivisionError" in shown[0]
    with qtbot.waitSignal(work.finished):
        work.run(lambda: fail(KnownError("nobody listens")))
    assert shown[1] == "nobody listens"


def test_cancelled_work_answers_nobody_and_counts_no_more(operations: Operations, qtbot: QtBot) -> None:
    owner, go = QObject(), threading.Event()
    work, answers = Work(operations, Notifier(), owner), []
    operation = work.run(go.wait, done=answers.append)
    operation.cancel()
    assert work.is_settled
    go.set()
    with qtbot.waitSignal(work.finished):
        work.run(lambda: 7, done=answers.append)
    assert answers == [7]


# refresher


def test_a_burst_of_changes_is_one_reading_and_one_after_it(operations: Operations, qtbot: QtBot) -> None:
    owner, go, readings, found = QObject(), threading.Event(), [], []

    def read() -> int:
        readings.append(1)
        go.wait(10)
        return len(readings)

    refresher = Refresher(operations, read, parent=owner)
    refresher.read.connect(found.append)
    refresher.read_now()
    for _ in range(5):
        refresher.read_now()
    go.set()
    qtbot.waitUntil(lambda: refresher.is_settled)
    assert found == [1, 2]
    for _ in range(5):
        refresher.read_soon()
    assert not refresher.is_settled
    qtbot.waitUntil(lambda: refresher.is_settled)
    assert found == [1, 2, 3]
    refresher.read_soon()
    refresher.stop()
    refresher.read_now()
    assert refresher.is_settled


def test_a_reading_that_failed_is_told_and_the_next_one_goes_on(operations: Operations, qtbot: QtBot) -> None:
    owner, answers = QObject(), [KnownError("busy"), None]

    def read() -> str:
        error = answers.pop(0)
        if error is not None:
            raise error
        return "fine"

    refresher = Refresher(operations, read, parent=owner)
    with qtbot.waitSignal(refresher.failed) as failed:
        refresher.read_now()
    assert str(failed.args[0]) == "busy"
    with qtbot.waitSignal(refresher.read) as done:
        refresher.read_now()
    assert done.args == ["fine"]


# foreign text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ümläut 日本", "plain ümläut 日本"),
        ("a\u202eb", "a⟨RLO⟩b"),
        ("a\nb\r\nc\td", "a⏎b⏎c⇥d"),
        ("\x1b[31m\x07", "␛[31m␇"),
        ("\u2066x\u2069\u200b\ufeff", "⟨LRI⟩x⟨PDI⟩⟨ZWSP⟩⟨BOM⟩"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("x" * 700, "x" * 500 + "… (200 more)"),
    ],
)
def test_one_line_shows_what_would_act(text: str, shown: str) -> None:
    assert shown_line(text) == shown


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=3_000))
def test_nothing_that_acts_is_left(text: str) -> None:
    line, lines = shown_line(text), shown_lines(text)
    assert not any(
        ord(char) < 0x20 or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for char in line
    )
    assert all(char == "\n" or char == "\t" or ord(char) >= 0x20 for char in lines)
    assert len(line) <= 12 * MAX_LINE


@pytest.mark.parametrize(
    "text", ["x" * 6_000_000, "word " * 200_000, '{"a":1},' * 100_000, "\u202e" * 50_000, "a\nb\r\nc\rd"]
)
def test_a_text_of_any_length_and_shape_is_shown_in_short_lines(qtbot: QtBot, text: str) -> None:
    """Once: Qt lays out a line as a whole; 200 KB in one piece took 8 s."""
    view = LongText("Text")
    qtbot.addWidget(view)
    view.setPlainText(text)
    view.show()
    block, longest = view.document().firstBlock(), 0
    while block.isValid():
        longest, block = max(longest, len(block.text())), block.next()
    assert longest <= LONGEST
    assert view.whole_text == text
    assert len(view.toPlainText()) <= 6 * MAX_SHOWN
    assert view.more.isVisible() == (len(text) > MAX_SHOWN)
    if view.more.isVisible():
        shown = len(view.toPlainText())
        view.more.click()
        assert len(view.toPlainText()) > shown
        view.copy_all.click()
        assert QGuiApplication.clipboard().text() == text


def test_a_text_that_comes_before_there_is_room_for_it_is_shown_from_the_top(qtbot: QtBot) -> None:
    view = LongText("Text")
    qtbot.addWidget(view)
    view.resize(100, 0)
    view.show()
    view.setPlainText("a" * 90 + "\n" + "word " * 300)
    view.resize(1_100, 100)
    assert view.verticalScrollBar().maximum() > 0
    assert view.verticalScrollBar().value() == 0


def test_what_was_broken_to_be_shown_is_copied_in_one_piece(qtbot: QtBot) -> None:
    view = LongText("Text")
    qtbot.addWidget(view)
    view.setPlainText("a" * 2_500 + "\nsecond\n" + "b" * 1_200)
    view.selectAll()
    assert view.selected_text() == view.whole_text
    cursor = view.textCursor()
    cursor.setPosition(990)
    cursor.setPosition(1_011, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == "a" * 20
    view.clear()
    assert (view.whole_text, view.selected_text()) == ("", "")


@given(text=st.text(alphabet="ab \n", max_size=200), limit=st.integers(2, 20))
def test_broken_lines_join_to_what_they_were(text: str, limit: int) -> None:
    pieces, joined = broken(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    ends = ["" if place in joined else "\n" for place in range(len(pieces))]
    assert "".join(piece + end for piece, end in zip(pieces, ends, strict=True))[:-1] == text


def test_a_tool_tip_is_bounded_broken_and_never_html() -> None:
    tip = shown_tip("<img src='x'>" + "y" * 1_000_000)
    assert tip.startswith("<p ")
    assert "&lt;img" in tip
    assert len(tip) < MAX_TIP * 2
    assert max(len(line) for line in shown_tip("z" * 500).split("\n")) <= 80
    assert shown_lines("a\n" * 100).count("\n") == 40
    assert shown_lines("a\r\nb") == "a\nb"


def test_a_label_that_is_cut_keeps_its_text_and_gives_qt_what_can_be_shown(qtbot: QtBot) -> None:
    label = ElidedLabel("x" * 100_000)
    qtbot.addWidget(label)
    assert (label.text(), QLabel.text(label)) == ("x" * 100_000, shown_line("x" * 100_000))
    label.setText("two\nlines")
    assert (label.text(), QLabel.text(label)) == ("two\nlines", "two⏎lines")
