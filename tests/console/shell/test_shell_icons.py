"""Icons are drawn when they are shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QIcon, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from goop_console.widgets.icons import icon


@pytest.mark.parametrize("room", [QRect(0, 0, 0, 0), QRect(0, 0, 16, 0), QRect(0, 0, 0, 16)])
def test_one_without_room_is_empty_and_says_nothing(qtbot: QtBot, room: QRect) -> None:
    """A warning of Qt would fail the test (``qt_log_level_fail``)."""
    paper = QPixmap(20, 20)
    painter = QPainter(paper)
    icon("play").paint(painter, room)
    painter.end()
    assert icon("play").pixmap(room.size()).isNull()


def test_each_size_is_drawn_for_itself_and_a_selected_one_as_any(qtbot: QtBot) -> None:
    one = icon("play")
    for side in (16, 24, 40):
        assert one.pixmap(QSize(side, side)).size() == QSize(side, side)
    plain, selected = (
        one.pixmap(QSize(24, 24), mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    )
    assert plain == selected
    assert plain != one.pixmap(QSize(24, 24), QIcon.Mode.Disabled).toImage()
