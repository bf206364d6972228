"""What the owner can do to the site as a whole, each with its words: install, add commands, go back.

Every one of them makes a backup; ``go_back`` to it is the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lua_engine import Engine, InstallPlan, InstallProgress, InstallResult, Template


@dataclass(frozen=True, slots=True)
class ChangeSite:
    """``plan`` says what ``work`` would do; both are slow. ``title`` names it, ``failed_words`` say it
    when it was not done.
    """

    title: str
    plan: Callable[[], InstallPlan]
    work: Callable[[InstallPlan, InstallProgress], InstallResult]
    failed_words: str
    can_cancel: bool = True


def install(engine: Engine, template: Template, *, bundled: bool) -> ChangeSite:
    templates = engine.templates
    return ChangeSite(
        f"Install {template.name}",
        lambda: templates.plan(template),
        lambda plan, progress: templates.install(template, plan=plan, bundled=bundled, progress=progress),
        f"{template.name} was not installed",
    )


def add_commands(engine: Engine, name: str, commands: Mapping[str, bytes]) -> ChangeSite:
    """Ready chat commands, by name; ``name`` is what they are called together."""
    return ChangeSite(
        f"Add {name}",
        lambda: engine.templates.plan_scripts(commands),
        lambda _plan, _progress: engine.templates.add_scripts(commands),
        f"{name} was not added",
        can_cancel=False,
    )


def go_back(engine: Engine, backup_id: str) -> ChangeSite:
    """To before the change that made the backup; every later change is undone too."""
    return ChangeSite(
        "Go back to before",
        lambda: engine.templates.plan_restore(backup_id),
        lambda plan, progress: engine.templates.restore(backup_id, plan=plan, progress=progress),
        "The site did not go back",
    )
