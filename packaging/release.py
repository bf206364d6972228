"""A release by one command: ``make release VERSION=1.2.0``. RELEASING.md says what a person does.

Refuses a tree that is not committed, a version that is lower, and a changelog or news without words for it.
Then it writes the version and the day, builds everything (bundle.sh, with the smoke test), and the notes of
the release. It commits and tags nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_VERSION = re.compile(r'^version = "([\d.]+)"$', re.MULTILINE)


def main(arguments: list[str]) -> int:
    version = arguments[0] if arguments else ""
    project, changes = ROOT / "pyproject.toml", ROOT / "CHANGELOG.md"
    before = _current(project.read_text(encoding="utf-8"))
    today = datetime.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), UTC)
    try:
        check_version(version, before)
        text = dated(changes.read_text(encoding="utf-8"), version, today.date().isoformat())
        told = section((ROOT / "resources/news.md").read_text(encoding="utf-8"), version)
        if not told:
            raise ValueError(
                f"resources/news.md has no section ## {version}: what a person is told after the upgrade"
            )
        if _git("status", "--porcelain"):
            raise ValueError("commit first: what is built must be what is tagged")
    except ValueError as error:
        print(f"release: {error}", file=sys.stderr)
        return 2
    unreleased = {path: path.read_text(encoding="utf-8") for path in (project, changes)}
    project.write_text(_VERSION.sub(f'version = "{version}"', unreleased[project]), encoding="utf-8")
    changes.write_text(text, encoding="utf-8")
    moment = os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct")
    done = subprocess.run(
        [str(ROOT / "packaging/bundle.sh")], check=False, env={**os.environ, "SOURCE_DATE_EPOCH": moment}
    )
    if done.returncode:
        for path, before_it in unreleased.items():  # so that it can be tried again
            path.write_text(before_it, encoding="utf-8")
        print(f"release: not made; {project.name} and {changes.name} are as before", file=sys.stderr)
        return done.returncode
    notes = ROOT / f"dist/RELEASE-{version}.md"
    sums = (ROOT / "dist/SHA256SUMS").read_text(encoding="utf-8")
    with_what = f"{_python()} and SOURCE_DATE_EPOCH={moment}"
    notes.write_text(release_notes(version, section(text, version), sums, with_what), encoding="utf-8")
    print(f"release: {notes.relative_to(ROOT)}; now look, commit, tag and publish (RELEASING.md)")
    return 0


def _python() -> str:
    """The Python of the bundle."""
    told = subprocess.run(
        [str(ROOT / "build-env/bin/python"), "-V"], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _current(project: str) -> str:
    found = _VERSION.search(project)
    assert found is not None, "pyproject.toml names its version"
    return found[1]


def check_version(version: str, before: str) -> None:
    """Raises ValueError unless ``version`` has three numbers and is not lower than ``before``."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"VERSION={version or '?'}: three numbers, as in make release VERSION=1.2.0")
    if tuple(map(int, version.split("."))) < tuple(map(int, before.split("."))):
        raise ValueError(f"VERSION={version}: the version is {before} already")


def section(text: str, version: str) -> str:
    """What stands under ``## VERSION``; a date or ``(unreleased)`` may follow there."""
    found = re.search(
        rf"^## {re.escape(version)}(?: \([^)]*\))?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found else ""


def dated(changes: str, version: str, date: str) -> str:
    """The changelog with the day of the release. Raises ValueError when it says nothing of ``version``."""
    if not section(changes, version):
        raise ValueError(f"CHANGELOG.md has no section ## {version} (unreleased): what a user sees of it")
    heading = re.compile(rf"^## {re.escape(version)}(?: \([^)]*\))?$", re.MULTILINE)
    return heading.sub(f"## {version} ({date})", changes, count=1)


def release_notes(version: str, changes: str, sums: str, with_what: str) -> str:
    """What is published with the files. ``with_what`` is all that a second build needs besides the tree."""
    files = "\n".join(f"    {line}" for line in sums.splitlines())
    return (
        f"# Goop Console {version}\n\n{changes}\n\n## Files (SHA-256)\n\n{files}\n\n"
        f"Built from the tag v{version} in {ROOT}, with {with_what} and the packages of constraints.txt: "
        "a build with the same has the same checksums.\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
