"""Pictures of every bundled template's page, light, dark and narrow: page_pictures.py FOLDER.

Needs Chromium; looked at by people, not compared by tests.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers.browser import run_browser  # noqa: E402
from tests.helpers.scene import GALLERY, build_template, open_scene  # noqa: E402

LOOKS = (("light", 1280, 900), ("dark", 1280, 900), ("light-narrow", 360, 740), ("dark-narrow", 360, 740))


def main(target: Path) -> None:
    keys = [*sorted(path.name for path in GALLERY.iterdir() if path.is_dir()), "demo"]
    with tempfile.TemporaryDirectory() as work, run_browser(Path(work)) as browser:
        for key in keys:
            built = build_template(key, Path(work) / f"built-{key}")
            with open_scene(built, Path(work) / key, browser) as scene:
                for who in ("owner", "viewer"):
                    page = scene.page(who)
                    page.wait("!/Loading/.test(document.body.innerText)")
                    for look, width, height in LOOKS:
                        page.size(width, height)
                        page.colors(look.partition("-")[0])
                        is_longer = page.run("document.documentElement.scrollHeight > innerHeight")
                        page.picture(target / f"{key}-{who}-{look}.png", whole=is_longer)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
