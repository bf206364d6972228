"""Makes the documents a small site in dist/docs: ``make docs``. Each tab has a page with pictures."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE, OUT = ROOT / "build/docs", ROOT / "dist/docs"
# The tab's page, its title, what it is for, how the names of its pictures begin, and where more is said.
TABS = (
    (
        "scripts",
        "Lua Scripts",
        "Every script of the site with its state, an editor, and the debugger. A saved "
        "change is live at once; one that does not compile leaves the last good version at work.",
        ("scripts", "broken-script", "debug"),
        ("lint", "debugging", "lua-api"),
    ),
    (
        "data",
        "Data",
        "The rows of every table: edit with undo, filter, see who wrote a row, look as any "
        "visitor, run SQL with a look before it writes.",
        ("data",),
        ("data",),
    ),
    (
        "calls",
        "Call Tester",
        "Make any call as any visitor, for real or on a copy; keep calls as checks, ask "
        "as everyone at once, and go back to what was called before.",
        ("calls", "call-", "everyone", "saved-calls", "history", "fire"),
        ("checks",),
    ),
    (
        "site",
        "Site",
        "The site's own pages in your browser, as several visitors side by side, with every call "
        "that they make.",
        ("site",),
        ("pages", "javascript-api"),
    ),
    (
        "logs",
        "Logs",
        "Every line and every call of the last days, over time, by words, level, script, caller.",
        ("logs",),
        ("logs",),
    ),
    (
        "groups",
        "Groups",
        "Who may do what: the members of the site's groups and their roles; the peers, and "
        "visitors that you invent.",
        ("groups", "peers", "room", "listening"),
        ("goop2",),
    ),
    (
        "templates",
        "Templates",
        "Whole sites, ready made: look at the plan, install, go back to before.",
        ("template",),
        ("templates",),
    ),
)


def main() -> int:
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCE)
    program = Path(sys.executable).with_name("goop-console")
    subprocess.run([str(program), "demo", "--screenshots", str(SOURCE / "pictures")], check=True)
    (SOURCE / "tabs").mkdir()
    pictures = sorted(path.name for path in (SOURCE / "pictures").glob("*-light.png"))
    for name, title, text, beginnings, more in TABS:
        page = tab_page(title, text, beginnings, more, pictures)
        (SOURCE / f"tabs/{name}.md").write_text(page, encoding="utf-8")
    (SOURCE / "index.md").write_text(front_page((ROOT / "README.md").read_text(encoding="utf-8")))
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(ROOT / "mkdocs.yml")]
    return subprocess.run(command, check=False).returncode


def tab_page(
    title: str, text: str, beginnings: tuple[str, ...], more: tuple[str, ...], pictures: list[str]
) -> str:
    """The page of a tab; ``pictures`` are names as ``07-logs-light.png``, ``more`` documents beside it."""
    mine = [name for name in pictures if name.partition("-")[2].startswith(beginnings)]
    shown = "\n\n".join(
        f"![{name.partition('-')[2].removesuffix('-light.png')}](../pictures/{name})" for name in mine
    )
    return f"# {title}\n\n{text}\n\nMore: {', '.join(map(_link, more))}\n\n{shown}\n"


def _link(name: str) -> str:
    """To a document, by its own title."""
    heading = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8").partition("\n")[0]
    return f"[{heading.removeprefix('# ')}](../{name}.md)"


def front_page(readme: str) -> str:
    """The README, whose links begin at the project's folder."""
    for name in ("CONTRIBUTING", "SECURITY", "RELEASING"):
        readme = readme.replace(f"[{name}.md]({name}.md)", f"{name}.md")
    return readme.replace("](docs/", "](")


if __name__ == "__main__":
    sys.exit(main())
