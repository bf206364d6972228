"""Which of the owner's own scripts lose a table by a change of the site, said before it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lua_engine.language.script import opened_tables
from lua_engine.scripts.scan import find_scripts, read_script
from lua_engine.site.folder import SiteFolder
from lua_engine.templates.plan import DroppedTable, FileChange


def left_without_tables(
    site: SiteFolder, files: Sequence[FileChange], dropped: Iterable[DroppedTable], created: Iterable[str]
) -> Iterator[str]:
    """A warning for each script that stays as it is and opens a table that will not be there."""
    there = {name.lower() for name in created}
    gone = {table.name.lower(): table.name for table in dropped if table.name.lower() not in there}
    if not gone:
        return
    changed = {one.path for one in files if one.action != "same"}
    for script in find_scripts(site.lua_dir)[0]:
        path = script.path.relative_to(site.path).as_posix()
        data, problem = read_script(script.path, site.path)
        if path in changed or problem or script.refusal:
            continue
        lost = [gone[name] for name in map(str.lower, opened_tables(data.decode())) if name in gone]
        if lost:
            tables = f"table {lost[0]}" if len(lost) == 1 else f"tables {', '.join(lost)}"
            yield f"{path} stays, but it uses the {tables} of the template before: change or delete it"
