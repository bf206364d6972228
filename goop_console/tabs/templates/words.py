"""Plans and results in sentences. Pure: no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from goop_console.widgets.wording import counted
from lua_engine import ClosedGroup, FileChange, InstallPlan, InstallResult

UNCHANGED = "The site is as it was before: nothing was changed."
READ_ONLY = "This site is open read-only: nothing can be installed or undone."
_MAX_NAMES = 8


@dataclass(frozen=True, slots=True)
class Sentence:
    """``tone``: ``plain``, ``ok`` or ``warning``; ``icon`` is a name in resources/icons."""

    icon: str
    text: str
    tone: str = "plain"


def lost_rows(plan: InstallPlan) -> int:
    """Rows of the tables that will be dropped."""
    return sum(table.rows for table in plan.dropped)


def primary_words(plan: InstallPlan) -> str:
    """What the button that carries the plan out says; rows that go are named."""
    verb = {"install": "Install", "restore": "Go back", "scripts": "Add to site"}[plan.kind]
    rows = lost_rows(plan)
    return f"{verb} and drop {counted(len(plan.dropped), 'table')} ({counted(rows, 'row')})" if rows else verb


def plan_sentences(plan: InstallPlan) -> tuple[Sentence, ...]:
    """What ``plan`` will do; what may hurt comes first."""
    return (
        *_losses(plan),
        *_gains(plan),
        *(Sentence("warn", _ended(text), "warning") for text in plan.warnings),
        _backup(plan),
    )


def _losses(plan: InstallPlan) -> Iterator[Sentence]:
    if plan.dropped:
        yield _dropped(plan)
    for group in plan.closed:
        yield Sentence("group", f"{_group(group)} will be closed.", "warning" if group.members else "plain")
    edited = [
        change
        for change in plan.files
        if change.action in ("replace", "remove") and change.note.startswith("edited")
    ]
    if edited:
        said = (
            f"{counted(len(edited), 'file')} {'has' if len(edited) == 1 else 'have'} been edited since "
            "the last installation"
        )
        yield Sentence("warn", f"{said}; your edits go into the backup.", "warning")


def _dropped(plan: InstallPlan) -> Sentence:
    rows, count = lost_rows(plan), counted(len(plan.dropped), "table")
    if not rows:
        return Sentence(
            "table",
            f"{count} will be dropped, without any rows: {names([one.name for one in plan.dropped])}.",
        )
    each = names([f"{table.name} ({counted(table.rows, 'row')})" for table in plan.dropped])
    return Sentence("warn", f"{count} with {counted(rows, 'row')} will be dropped: {each}.", "warning")


def _group(group: ClosedGroup) -> str:
    kind = f"The {group.group_type} group" if group.group_type else "The group"
    members = f"with {counted(group.members, 'member')}" if group.members else "without other members"
    return f"{kind} “{group.name}” {members}"


def _gains(plan: InstallPlan) -> Iterator[Sentence]:
    yield Sentence("replace", _file_words(plan.files))
    if plan.created:
        verb = "come back with the rows they had" if plan.kind == "restore" else "will be made"
        yield Sentence("table", f"{counted(len(plan.created), 'table')} {verb}: {names(plan.created)}.")
    if plan.group or plan.keeps_group:
        yield Sentence("group", _group_words(plan))
    if plan.turns_lua_on:
        yield Sentence("script", "Lua will be turned on (lua.enabled in goop.json), so that the scripts run.")
    if plan.runs_seed:
        yield Sentence("function", "The function seed runs once, as you, and fills the tables.")


def _group_words(plan: InstallPlan) -> str:
    if plan.kind == "restore":
        return (
            f"The group “{plan.group}” comes back with its members."
            if plan.group
            else "The group stays; its members become what they were."
        )
    return (
        f"The group “{plan.group}” stays, with its members."
        if plan.keeps_group
        else f"The group “{plan.group}” will be made."
    )


def _file_words(files: tuple[FileChange, ...]) -> str:
    counts = Counter(change.action for change in files)
    parts = [
        f"{counts[action]:,} {verb}"
        for action, verb in (
            ("add", "added"),
            ("replace", "replaced"),
            ("remove", "removed"),
            ("same", "unchanged"),
        )
        if counts[action]
    ]
    return f"Files: {', '.join(parts)}." if parts else "No file changes."


def _backup(plan: InstallPlan) -> Sentence:
    more = (
        "; going back can be undone too"
        if plan.kind == "restore"
        else ", and one click brings the site back to how it is now"
    )
    return Sentence("restore", f"A backup is made first{more}.", "ok")


def result_sentences(plan: InstallPlan, result: InstallResult) -> tuple[Sentence, ...]:
    """What happened."""
    return (
        *_happened(plan, result),
        *(Sentence("warn", _ended(text), "warning") for text in result.warnings),
    )


def _happened(plan: InstallPlan, result: InstallResult) -> Iterator[Sentence]:
    yield Sentence("ok", _file_words(plan.files), "ok")
    if plan.kind == "scripts":
        yield Sentence(
            "ok",
            "Visitors can use them now: "
            f"{names([f'!{PurePosixPath(one.path).stem}' for one in plan.files])}.",
            "ok",
        )
    if plan.dropped:
        dropped = names([one.name for one in plan.dropped])
        rows = f"{counted(lost_rows(plan), 'row')}, kept in the backup"
        yield Sentence("ok", f"{counted(len(plan.dropped), 'table')} dropped ({rows}): {dropped}.", "ok")
    for group in plan.closed:
        yield Sentence("ok", f"{_group(group)} was closed.", "ok")
    if result.tables:
        verb = "brought back" if plan.kind == "restore" else "made"
        yield Sentence("ok", f"{counted(len(result.tables), 'table')} {verb}: {names(result.tables)}.", "ok")
    if plan.group:
        outcome = "was kept" if plan.keeps_group else "was made"
        verb = "came back" if plan.kind == "restore" else outcome
        yield Sentence("ok", f"The group “{plan.group}” {verb}.", "ok")
    if plan.turns_lua_on:
        yield Sentence("ok", "Lua was turned on.", "ok")
    if result.seed is not None:
        yield Sentence("ok", "The function seed ran once.", "ok")


def link_targets(plan: InstallPlan, result: InstallResult) -> dict[str, dict[str, str]]:
    """Where the result's links lead: tab to target."""
    scripts = [
        PurePosixPath(one.path) for one in plan.files if one.after is not None and one.path.endswith(".lua")
    ]
    scripts.sort(key=lambda path: (path.parent.name != "functions", path.stem == "seed", path.stem))
    return {
        "scripts": _script(scripts[0]) if scripts else {},
        "data": {"table": result.tables[0]} if result.tables else {},
        "logs": {"script": "seed"} if result.seed is not None and result.seed.logs else {},
    }


def _script(path: PurePosixPath) -> dict[str, str]:
    return {"name": path.stem, "kind": "function" if path.parent.name == "functions" else "command"}


def done_title(plan: InstallPlan) -> str:
    """The heading of the result."""
    if plan.kind == "install":
        return f"{plan.template} is installed"
    return "The commands are on your site" if plan.kind == "scripts" else "The site is back to before"


def names(found: list[str] | tuple[str, ...]) -> str:
    """At most a line of them."""
    more = len(found) - _MAX_NAMES
    return ", ".join(found[:_MAX_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def _ended(text: str) -> str:
    """With a full stop, as the sentences around it."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
