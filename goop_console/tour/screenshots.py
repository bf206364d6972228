"""The tour: the real window, off screen, on a copy of a site; every tab in light and dark, saved as PNG.

The copy is used up (calls write, one script is broken, Lua is turned off) and its scripts reach no network:
the site itself is only read.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goop_console.tour.data_scenes import data
from goop_console.tour.debug_scenes import debugger
from goop_console.tour.site_scenes import community, template
from goop_console.tour.tester_scenes import tester

if TYPE_CHECKING:
    from goop_console.app import Console
    from goop_console.main_window import MainWindow
    from lua_engine import Caller, Engine

_SIZE = (1280, 800)
_WAIT_SECONDS = 300  # a machine may be busy with other things
_POLL_SECONDS = 0.02
_BATCH_SECONDS = 0.3  # a batch of the session's signals, and what it sets off
THEMES = ("light", "dark")
_MAX_ACTIONS = 4
_STRANGER = "12D3KooWStranger"


def take_screenshots(site: Path, out: Path, themes: Sequence[str] = THEMES) -> list[Path]:
    """Save the pictures in ``out`` (made if need be), each in ``themes``, and answer their paths.

    Raises KnownError when the site cannot be opened or copied, or a picture not be written.
    """
    if sys.platform.startswith("linux"):  # elsewhere there is always a display, and no fonts without one
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import qInstallMessageHandler
    from qasync import QEventLoop

    from goop_console.app import make_application
    from lua_engine import SiteFolder

    SiteFolder.open(site)  # raises now, before a window is made
    _make_folder(out)
    before = qInstallMessageHandler(_on_qt_message)
    loop = QEventLoop(make_application())
    asyncio.set_event_loop(loop)
    try:
        with tempfile.TemporaryDirectory(prefix="goop-tour-") as folder:
            copy = Path(folder) / site.resolve().name
            _copy_site(site, copy)
            saved: list[Path] = loop.run_until_complete(_Tour(site, copy, out, themes).run())
            return saved
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        qInstallMessageHandler(before)


def _on_qt_message(_kind: object, _context: object, text: str | None) -> None:
    """Pass on what Qt says, but for what it says of every window without a screen."""
    if text and "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def _make_folder(out: Path) -> None:
    from lua_engine import KnownError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError(
            f"{out}: the pictures cannot be saved there: {error.strerror}; choose another folder with --out"
        ) from error


def _copy_site(site: Path, copy: Path) -> None:
    """Copy what links lead to, not the links: nothing that is done to the copy may reach the site through
    one.
    """
    from lua_engine import KnownError

    try:
        shutil.copytree(site, copy, ignore=_left_out)
    except shutil.Error as error:
        path, _, reason = error.args[0][0]
        raise KnownError(f"{path}: cannot be copied for the tour: {reason}") from error
    except OSError as error:
        raise KnownError(
            f"{error.filename or site}: cannot be copied for the tour: {error.strerror}"
        ) from error
    _change_settings(copy, http_enabled=False)


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Sockets and pipes, links to nowhere, and links to a folder around them, which would never end."""
    inside = Path(folder).resolve()
    return [
        name
        for name in names
        if not ((path := Path(folder) / name).is_file() or path.is_dir())
        or (path.is_symlink() and inside.is_relative_to(path.resolve()))
    ]


def _change_settings(site: Path, **settings: bool) -> None:
    """Change keys of the lua section of the copy's goop.json."""
    config = site / "goop.json"
    values: dict[str, Any] = json.loads(config.read_text(encoding="utf-8-sig"))
    values["lua"] = {**(values.get("lua") or {}), **settings}
    config.write_text(json.dumps(values, indent=2), encoding="utf-8")


class _Tour:
    """One walk through the window, over the copy of ``original`` at ``site``."""

    def __init__(self, original: Path, site: Path, out: Path, themes: Sequence[str]) -> None:
        self._original = original.absolute()
        self._site = site
        self._out = out
        self._themes = themes
        self._saved: list[Path] = []
        self._errors: list[Exception] = []
        self._theme = ""  # the theme in view, empty before the first picture
        self._console: Console

    async def run(self) -> list[Path]:
        from PySide6.QtWidgets import QApplication

        from goop_console.app import Console
        from goop_console.services.settings import AppSettings

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setCursorFlashTime(0)  # a caret that blinks is in some pictures and not in others
        settings = AppSettings(self._site.parent / "settings.json")
        settings.remember_site(self._original, self._original.name)
        self._console = Console(app, settings)
        self._console.window.resize(*_SIZE)
        self._console.window.opener.failed.connect(lambda _, error: self._errors.append(error))
        try:
            self._console.start(None)
            await self.settle()
            await self.picture("start")
            await self._tabs()
        finally:
            self._console.window.close()
            await self._console.shut()
        return self._saved

    async def _tabs(self) -> None:
        window = self._console.window
        window.open_site(self._site)
        await self._until(lambda: window.workspace is not None or bool(self._errors))
        if window.workspace is None or window.session is None:
            raise self._about_original(self._errors[0])
        await self.settle()
        engine = window.session.engine
        await self.in_thread(lambda: _make_calls(engine))
        for tab_id in [tab.tab_id for tab in window.workspace.tabs]:
            window.navigate(tab_id)
            await self.picture(tab_id)
        await data(self, engine)
        await self._results(engine)
        await tester(self, engine)
        await debugger(self, engine)
        await community(self, engine)
        await self._broken_script(engine)
        await self._lua_off()
        await template(self, engine)

    def _about_original(self, error: Exception) -> Exception:
        """The same error with the path that the person knows."""
        from lua_engine import KnownError

        if not isinstance(error, KnownError):
            return error
        return type(error)(str(error).replace(str(self._site), str(self._original)))

    async def _results(self, engine: Engine) -> None:
        """A result and an error in the Call Tester, made by its own run button,
        then their lines in the log.
        """
        good, bad = await self.in_thread(lambda: _targets(engine))
        for name, target in (("call-result", good), ("call-error", bad)):
            if target is not None:
                self._console.window.navigate("calls", **target)
                await self.settle()
                await self.press("Ctrl+Return")
                await self.picture(name)
        session = self._console.window.session
        log = session.recent_records() if session is not None else ()
        failed = next((line.call_id for line in reversed(log) if line.level == "error" and line.call_id), "")
        if failed:
            self._console.window.navigate("logs", call_id=failed)
            await self.picture("logs-of-a-call")

    @property
    def window(self) -> MainWindow:
        return self._console.window

    async def press(self, key: str) -> None:
        """Press ``Ctrl+Return`` and the like where the keyboard is, as a person does."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        pressed = QKeySequence(key)[0]  # type: ignore[index]  # PySide's stubs leave __getitem__ out
        QTest.keyClick(
            QApplication.focusWidget() or self._console.window, pressed.key(), pressed.keyboardModifiers()
        )
        await self.settle()

    async def _broken_script(self, engine: Engine) -> None:
        """A script that does not compile: the list, the editor and the log say so, and its last good version
        goes on.
        """
        script = next((info for info in engine.scripts.all() if info.problem is None), None)
        if script is None:
            return
        source = await self.in_thread(lambda: engine.scripts.source(script))
        broken = source.rstrip() + "\n\nlocal total = (1 + \nend\n"
        await self.in_thread(lambda: engine.scripts.save(script, broken))
        await self.settle()
        self._console.window.navigate("scripts", name=script.name, kind=script.kind, line=broken.count("\n"))
        await self.picture("broken-script")
        await self.in_thread(lambda: engine.scripts.save(script, source))

    async def _lua_off(self) -> None:
        window = self._console.window
        _change_settings(self._site, enabled=False)
        if window.session is not None:
            await self.in_thread(window.session.engine.scripts.reload)
        await self._until(lambda: not window.lua_message.isHidden())
        window.navigate("scripts")
        await self.picture("lua-off")

    # waiting and saving

    async def picture(self, name: str) -> None:
        """The window in each theme, first in the one that it has: a change of the theme dresses every
        widget anew.
        """
        number = len(self._saved) // len(self._themes) + 1
        await self.settle()
        for theme in sorted(self._themes, key=lambda one: one != self._theme):
            if theme != self._theme:
                self._theme = theme
                self._console.window.set_theme("dark" if theme == "dark" else "light")
                await self.settle()
            path = self._out / f"{number:02d}-{name}-{theme}.png"
            if not self._console.window.grab().save(str(path)):
                from lua_engine import KnownError

                raise KnownError(f"{path}: the picture cannot be written")
            self._saved.append(path)

    async def settle(self) -> None:
        await asyncio.sleep(_BATCH_SECONDS)
        await self._until(self._console.window.is_settled)

    async def _until(self, is_true: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _WAIT_SECONDS
        while not is_true():
            if loop.time() > end:
                raise TimeoutError("the window did not settle")
            await asyncio.sleep(_POLL_SECONDS)

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        future: Awaitable[Any] = asyncio.get_running_loop().run_in_executor(None, work)
        return await future


def _callers(engine: Engine) -> list[Caller]:
    """The owner, a member if the site has one, and a stranger: known to the site, or somebody of ours."""
    from lua_engine import Caller

    visitors = [peer for peer in engine.peers.all() if peer.source != "owner"]
    member = next((peer.caller for peer in visitors if engine.peers.role_of(peer.id)), None)
    stranger = next(
        (peer.caller for peer in visitors if not engine.peers.role_of(peer.id)), Caller(_STRANGER, "Stranger")
    )
    return [engine.owner, *([member] if member is not None else []), stranger]


def _make_calls(engine: Engine) -> None:
    """A little of everything, as everybody, so that the tabs have something to show."""
    callers = _callers(engine)
    for command in engine.scripts.commands():
        for caller in callers:
            engine.calls.chat(f"!{command.name} {caller.name}", caller=caller)
    for function in engine.scripts.functions():
        for action in engine.scripts.actions(function.name)[:_MAX_ACTIONS]:
            for caller in callers:
                engine.calls.call(function.name, {"action": action}, caller=caller)


def _targets(engine: Engine) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """A call that answers with rows and one that fails in its script, as the Call Tester takes them; the next
    best otherwise.
    """
    good, bad = _Best(), _Best()
    for caller in _callers(engine)[:2]:
        for function in engine.scripts.functions():
            for action in engine.scripts.actions(function.name) or ("",):
                params = {"action": action} if action else {}
                result = engine.calls.call(function.name, params, caller=caller, counts=False)
                target = {"function": function.name, "params": params, "caller_id": caller.id}
                if result.error is None:
                    good.offer(bool(result.sql) + bool(result.sql and result.value), target)
                else:
                    bad.offer(bool(result.error.line) + bool(result.error.line and result.sql), target)
                if good.is_perfect and bad.is_perfect:
                    return good.target, bad.target
    return good.target, bad.target


class _Best:
    """The first of the best targets; points go from 0 to 2."""

    def __init__(self) -> None:
        self.target: dict[str, Any] | None = None
        self._points = -1

    @property
    def is_perfect(self) -> bool:
        return self._points == 2

    def offer(self, points: int, target: dict[str, Any]) -> None:
        if points > self._points:
            self._points, self.target = points, target
