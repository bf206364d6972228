"""An unfinished change in a site folder that this program did not make."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

CHANGE_ID = "20261101-120000-0badcafe"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def change_folder(site: Path) -> Path:
    return site / ".goop-console/backups" / CHANGE_ID


def write_change(site: Path, **keys: Any) -> Path:
    """Write a journal in state ``prepared``; ``keys`` replace its members. Answers its path."""
    tree = {
        "format": 3,
        "id": CHANGE_ID,
        "kind": "install",
        "title": "Install Holiday Pictures",
        "template_before": "",
        "template_after": "Holiday Pictures",
        "created_at": 1_790_000_000.0,
        "has_database": True,
        "files": [],
        "folders": [],
        "config": [],
        "state": "prepared",
        **keys,
    }
    folder = change_folder(site)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "journal.json"
    path.write_text(json.dumps(tree))
    return path


def kept_file(site: Path, path: str, data: bytes) -> None:
    """``data`` as what ``path`` was before."""
    place = Path(f"{change_folder(site)}/before/{path}")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def half_installed(site: Path) -> None:
    """A plausible one, cut off: index.html and lua.enabled are changed, css/new.css is added."""
    old, new, css = b"<p>old</p>", b"<p>new</p>", b"p {}"
    (site / "site/css").mkdir(parents=True, exist_ok=True)
    (site / "site/index.html").write_bytes(new)
    (site / "site/css/new.css").write_bytes(css)
    kept_file(site, "site/index.html", old)
    write_change(
        site,
        files=[
            {"path": "site/index.html", "before": sha(old), "after": sha(new)},
            {"path": "site/css/new.css", "before": None, "after": sha(css)},
        ],
        folders=["site/css"],
    )
