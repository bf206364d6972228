"""``open``, ``demo`` and ``screenshots``: the only commands that import Qt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from goop_console.commands.failure import WrongInput

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run_window(site: Path | None, *, read_only: bool = False) -> int:
    """The window, on ``site`` if one is given; a site that cannot be opened is said in the window.

    Raises WrongInput when there is no display to show it on, or Qt lacks a library of the system.
    """
    _need_display()
    try:
        from goop_console.app import run
    except ImportError as error:
        raise _qt_problem(error) from error
    return run(site, read_only=read_only)


def run_demo(*, fresh: bool, screenshots: Path | None) -> int:
    """The window on the demo site, or its tour as pictures."""
    if screenshots is not None:
        from goop_console.demo import demo_site

        return run_screenshots(demo_site(fresh=fresh), screenshots)
    _need_display()
    try:
        from goop_console.app import run_demo
    except ImportError as error:
        raise _qt_problem(error) from error
    return run_demo(fresh=fresh)


def _need_display() -> None:
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _DISPLAYS):
        raise WrongInput("no display for a window; without one, use: goop-console screenshots SITE --out DIR")


def run_screenshots(site: Path, out: Path, theme: str = "both") -> int:
    """Every tab as pictures in ``out``; ``theme`` is ``light``, ``dark`` or ``both``."""
    from goop_console.tour.screenshots import THEMES, take_screenshots

    try:
        saved = take_screenshots(site, out, THEMES if theme == "both" else (theme,))
    except ImportError as error:
        raise _qt_problem(error) from error
    print(f"{len(saved)} screenshots are in {out.resolve()}")
    return 0


def _qt_problem(error: ImportError) -> Exception:
    """What to do about a library that Qt did not find; ``error`` itself when it is anything else."""
    if ".so" not in str(error):
        return error
    return WrongInput(
        f"Qt cannot be loaded: {error}; packaging/system-packages.sh installs or names the Debian packages "
        "that it needs"
    )
