"""What may be dropped on the tab: a template's folder, archive or manifest.json. A site folder is left to the
window.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

ARCHIVES = (".zip", ".tar.gz", ".tgz")


def dropped_template(data: QMimeData) -> Path | None:
    """The one template in ``data``; None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    if path.name == "manifest.json":
        path = path.parent
    if path.is_dir():
        return path if (path / "manifest.json").is_file() and not (path / "goop.json").exists() else None
    return path if path.name.lower().endswith(ARCHIVES) and path.is_file() else None
