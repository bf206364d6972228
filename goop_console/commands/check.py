"""``check``: every script compiled and listed, with its problems and what the lint found. Works while Lua is
disabled: nothing runs. The site is only read: it may be open in the window, or be no folder of one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from goop_console.commands.findings import as_editor, as_json, as_text, count_of
from goop_console.commands.site_scripts import open_scripts
from lua_engine import Engine, FileFindings, LuaSettings, ScriptInfo


def _rate(info: ScriptInfo, settings: LuaSettings) -> str:
    if info.rate_limit is None:
        return f"{settings.rate_limit_per_peer}/min (default)"
    return "unlimited" if info.rate_limit == 0 else f"{info.rate_limit}/min"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def run_check(site: Path, *, form: str = "text", is_strict: bool = False) -> int:
    """1 when a script does not compile or cannot be read, a schema cannot be, or a change that came with the
    folder waits for a decision; with ``is_strict`` also when the lint has a warning (a portability note is
    one). ``form``: text, json, editor.
    """
    with open_scripts(site, read_only=True) as engine:
        scripts, settings = engine.scripts.all(), engine.settings.lua
        problems = [str(problem) for problem in engine.scripts.problems()]
        schemas = [*map(str, engine.schemas.problems()), *_stored_schemas(engine)]
        undecided = engine.undecided_changes()
        files = engine.language.check_all()
        remarks = engine.schemas.remarks()
    errors = [*problems, *(str(info.problem) for info in scripts if info.problem), *schemas]
    doubts = [*(str(one) for info in scripts for one in info.warnings), *map(str, remarks)]
    if form == "text":
        _print_text(scripts, settings, [*errors, *doubts], files, len(schemas))
    elif form == "json":
        print(as_json(files, [*errors, *doubts]))
    else:
        print("".join(f"{line}\n" for line in as_editor(files, errors, doubts)), end="")
    broken = any(info.problem is not None for info in scripts) or problems or schemas
    failed = broken or undecided or (is_strict and count_of(files, "error", "warning"))
    return 1 if failed else 0


def _stored_schemas(engine: Engine) -> list[str]:
    """What is wrong with the schemas that data.db keeps."""
    return [info.problem for info in engine.tables.infos() if info.kind == "classic" and info.problem]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _print_text(
    scripts: Sequence[ScriptInfo],
    settings: LuaSettings,
    problems: Sequence[str],
    files: Sequence[FileFindings],
    broken_schemas: int,
) -> None:
    rows = [("KIND", "NAME", "RATE LIMIT", "STATE", "DESCRIPTION")]
    rows += [(info.kind, info.name, _rate(info, settings), info.state, info.description) for info in scripts]
    print("\n".join(_table(rows)))
    for title, lines in (("problems", problems), ("findings", list(as_text(files)))):
        if lines:
            print(f"\n{title}:")
            print("\n".join(f"  {line}" for line in lines))
    warnings, hints = count_of(files, "error", "warning"), count_of(files, "hint")
    broken = sum(info.problem is not None for info in scripts)
    schemas = f"{_counted(broken_schemas, 'broken schema')}, " if broken_schemas else ""
    print(
        f"\n{_counted(len(scripts), 'script')}, {broken} broken, {schemas}{_counted(warnings, 'warning')}, "
        f"{_counted(hints, 'hint')}; Lua is "
        f"{'on' if settings.enabled else 'off (lua.enabled in goop.json)'}"
    )
