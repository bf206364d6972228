"""The window's tests run off screen, on a settings file of their own, and leave no thread, timer or window
behind.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("QT_STYLE_OVERRIDE", None)

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from goop_console.services.theme import palette
from goop_console.widgets import theming
from goop_console.widgets.colors import LIGHT
from goop_console.window.importing import import_all

_THREAD_SECONDS = 60.0
_PATIENCE = 60_000  # milliseconds; how long something may take is the bench's question
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitActive, QtBot.waitExposed):
    assert _wait.__kwdefaults__["timeout"] == 5_000
    _wait.__kwdefaults__["timeout"] = _PATIENCE


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and data of a person who never started the console."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    return home


@pytest.fixture(autouse=True, scope="session")
def everything_imported() -> None:
    """What the program does while its first site opens, done before any test: it takes what is alive out of
    the collector's sight.
    """
    import_all()


@pytest.fixture(autouse=True)
def no_leaks(own_folders: Path) -> Iterator[None]:
    """Fails a test that leaves a thread running, a timer ticking, or a window."""
    threads = set(threading.enumerate())
    yield
    delete_now()
    gc.collect()
    delete_now()
    assert not _windows(), "windows are left"
    assert not [(timer.interval(), timer.isSingleShot(), timer.parent()) for timer in _timers()], (
        "timers go on"
    )
    assert not _threads(threads), "threads go on"
    # what is left are modules and caches: the next test's look at the heap need not see them again
    gc.freeze()


@pytest.fixture(autouse=True)
def light_again() -> Iterator[None]:
    """A test may put on another theme."""
    yield
    if theming.colors() is not LIGHT:
        theming.use(LIGHT)
        if isinstance(QApplication.instance(), QApplication):
            QApplication.setPalette(palette(LIGHT))


def delete_now() -> None:
    """Do what ``deleteLater`` asked for."""
    if QApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


def _windows() -> list[QWidget]:
    if QApplication.instance() is None:
        return []
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and shiboken6.ownedByPython(widget)
    ]


def _timers() -> list[QTimer]:
    found = [one for one in gc.get_objects() if isinstance(one, QTimer)]
    return [timer for timer in found if shiboken6.isValid(timer) and timer.isActive()]


def _threads(before: set[threading.Thread]) -> list[str]:
    """Threads that are still there after a while; Qt's own (dummies to Python) come and go."""
    end = time.monotonic() + _THREAD_SECONDS
    while True:
        left = [
            one
            for one in threading.enumerate()
            if one not in before and not isinstance(one, threading._DummyThread)
        ]
        if not left or time.monotonic() > end:
            return [thread.name for thread in left]
        gc.collect()
        left[0].join(0.05)
