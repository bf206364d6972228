"""What a site holds, so that two moments of it can be compared:
files, configuration, every table of data.db.
"""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*Z?")
_OURS = (".goop-console/", "data.db", "goop.json", "data/")


def site_digest(site: Path, *, exact: bool = False) -> dict[str, Any]:
    """Everything in ``site`` but the console's own files. Unless ``exact``, moments in time and the random
    ids of groups count as equal.
    """
    content = {
        "files": _files(site),
        "config": json.loads((site / "goop.json").read_text()),
        "tables": _tables(site / "data.db"),
    }
    if exact:
        return content
    text = _MOMENT.sub("MOMENT", json.dumps(content, sort_keys=True, default=repr))
    for row in content["tables"]["_groups"]["rows"]:
        text = text.replace(row[0], f"id of {row[1]}")
    made: dict[str, Any] = json.loads(text)
    for table in made["tables"].values():
        table["rows"].sort(key=repr)
    return made


def _files(site: Path) -> dict[str, str]:
    found = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not name.startswith(_OURS):
            found[name] = path.read_bytes().decode("latin-1")
        elif path.is_dir() and not name.startswith(_OURS) and name != ".goop-console":
            found[name + "/"] = ""
    return found


def _tables(path: Path) -> dict[str, Any]:
    connection = sqlite3.connect(path)
    try:
        declared = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        content = {
            name: {
                "sql": sql,
                "rows": sorted(map(list, connection.execute(f'SELECT * FROM "{name}"')), key=repr),
            }
            for name, sql in declared
        }
        rest = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name"
        ).fetchall()
        return content | {"sqlite_master": {"sql": "", "rows": [list(row) for row in rest]}}
    finally:
        connection.close()
