"""The composition root.

Start order: QApplication; the neutral locale (Qt takes the user's, in which Lua would write ``0,5`` and
``Donnerstag``); settings; theme; the window, shown and painted; only then asyncio's loop, the engine in a
thread, the tabs between the window's events (``window/importing.py``), and the site if there is one
(``tests/console/shell/test_shell_start.py`` counts).
The end: the window is closed, or a signal comes; the open site's engine is closed in a thread; then the
operations; then the loop.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import goop_console.quick_dataclasses
import goop_console.quick_enums  # before Qt: it makes Qt's enumerations quick
import goop_console.quick_hashes

# isort: split
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

import goop_console.quick_imports  # noqa: F401  # it makes the imports that follow quick

# isort: split
from goop_console.main_window import MainWindow
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme, as_mode
from goop_console.widgets.icons import icon
from lua_engine import use_neutral_locale

_POLL_SECONDS = 0.02
_SWITCH_SECONDS = 0.0005
_SIGNAL_POLL_MS = 200
_log = logging.getLogger("goop.console")


def make_application() -> QApplication:
    """The process's QApplication, named, and in the locale that Lua needs."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("goop-console")
    app.setApplicationDisplayName("Goop Console")
    app.setDesktopFileName("goop-console")
    app.setQuitOnLastWindowClosed(False)
    # Handling one key press takes the interpreter's lock many times; beside a busy thread each time costs up
    # to one such interval.
    sys.setswitchinterval(_SWITCH_SECONDS)
    use_neutral_locale()
    return app


class Console:
    """The services and the window, put together."""

    def __init__(self, app: QApplication, settings: AppSettings | None = None) -> None:
        self.settings = settings or AppSettings()
        self.theme = Theme()
        zoom = self.settings.get("zoom", 100)
        self.theme.set_zoom(zoom if isinstance(zoom, int) else 100)
        self.theme.apply(app, as_mode(self.settings.get("theme")))
        self.notify = Notifier()
        self.operations = Operations()
        self.window = MainWindow(self.operations, self.settings, self.theme, self.notify)
        app.setWindowIcon(icon("goop", "accent"))

    def show(self) -> None:
        """The window, painted before anything else is imported."""
        self.window.show()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def start(self, site: Path | None, *, read_only: bool = False) -> None:
        """Show the window, then open ``site``, or get ready for one."""
        if not self.window.isVisible():
            self.window.show()
        if site is not None:
            self.window.open_site(site, read_only=read_only)
        else:
            self.window.opener.warm_up()

    async def shut(self) -> None:
        """Close every engine and every thread, while the loop goes on."""
        import asyncio

        opener = self.window.opener
        self.window.drop_site()
        opener.end()
        while opener.is_closing or opener.path is not None:
            await asyncio.sleep(_POLL_SECONDS)
        self.close()

    def close(self) -> None:
        """The end of everything; waits for what is still at work."""
        self.window.drop_site()
        self.window.opener.end()
        self.window.opener.join()
        self.operations.close()
        self.window.hide()
        self.window.deleteLater()


def run(site: Path | None, *, read_only: bool = False) -> int:
    """The window, on ``site`` if one is given, until it is closed. Answers the exit code."""
    return _run(lambda console: console.start(site, read_only=read_only))


def run_demo(*, fresh: bool) -> int:
    """The window on the demo site; ``fresh`` makes a new copy of it. Answers the exit code."""
    return _run(lambda console: console.window.ways_in.open_demo(fresh=fresh))


def _run(begin: Callable[[Console], None]) -> int:
    """The window, painted; then the event loop, ``begin``, and the end."""
    app = make_application()
    console = Console(app)
    console.show()
    import goop_console.quick_loop  # noqa: F401  # before asyncio

    # isort: split
    import asyncio  # with sockets it takes half as long as Qt

    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(_until_closed(console, begin))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
    return 0


async def _until_closed(console: Console, begin: Callable[[Console], None]) -> None:
    import asyncio

    closed = asyncio.Event()
    console.window.closed.connect(closed.set)
    with _errors_reported(console.notify), _signals_close(console.window):
        try:
            begin(console)
            console.window.greeting.greet(Path.home())
            await closed.wait()
        finally:
            await console.shut()


@contextmanager
def _errors_reported(notify: Notifier) -> Iterator[None]:
    """An error that nobody caught is logged and told; the window goes on."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            before(kind, error, traceback)
            return
        _log.error("unhandled", exc_info=(kind, error, traceback))
        notify.exception(error)

    sys.excepthook = tell
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _signals_close(window: MainWindow) -> Iterator[None]:
    """Ctrl+C in the terminal and a polite kill close the window as its own button does."""
    timer = QTimer(window)  # Python sees a signal when it runs: let it run now and then
    timer.timeout.connect(lambda: None)
    timer.start(_SIGNAL_POLL_MS)
    before = {
        number: signal.signal(number, lambda *_: window.close()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        timer.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
