"""``open``, ``demo`` and ``screenshots``: the only commands that import Qt."""

from __future__ import annotations

from pathlib import Path


def run_window(site: Path | None) -> int:
    """The window, on ``site`` if one is given; a site that cannot be opened is said in the window."""
    from goop_console.app import run

    return run(site)


def run_demo(*, fresh: bool, screenshots: Path | None) -> int:
    """The window on the demo site, or its tour as pictures."""
    from goop_console.demo import demo_site

    site = demo_site(fresh=fresh)
    return run_window(site) if screenshots is None else run_screenshots(site, screenshots)


def run_screenshots(site: Path, out: Path) -> int:
    """Every tab, light and dark, as pictures in ``out``."""
    from goop_console.screenshots import take_screenshots

    saved = take_screenshots(site, out)
    print(f"{len(saved)} screenshots are in {out.resolve()}")
    return 0
