"""``install``, ``restore``, ``add`` and ``export``: changes of a whole site, each all or nothing, each with a
backup.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

from goop_console.commands.answers import log_text
from goop_console.commands.failure import WrongInput
from goop_console.commands.open_site import open_site
from goop_console.gallery import bundled_templates, choose_commands, find_template
from lua_engine import InstallPlan, InstallResult, write_template


def run_install(site: Path, template: str, *, dry: bool) -> int:
    """Install a template; with ``dry`` only say what it would do."""
    found, bundled = find_template(template)
    with open_site(site) as engine:
        plan = engine.templates.plan(found)
        _print_plan(plan)
        if not dry:
            _print_result(engine.templates.install(found, plan=plan, bundled=bundled))
    return 0


def run_gallery() -> int:
    """List the bundled templates."""
    for template in bundled_templates():
        print(f"{template.key:<12} {template.manifest.icon} {template.name}: {template.manifest.description}")
    return 0


def run_restore(site: Path, backup: str, *, list_only: bool, dry: bool) -> int:
    """Go back to before a change, the newest one when none is named."""
    with open_site(site) as engine:
        if list_only:
            for one in engine.templates.backups():
                when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.created_at))
                print(f"{one.id}  {when}  {one.title}  ({one.size / 1024:.0f} KB)")
            return 0
        plan = engine.templates.plan_restore(backup)
        _print_plan(plan)
        if not dry:
            _print_result(engine.templates.restore(backup, plan=plan))
    return 0


def run_add(site: Path, names: Sequence[str]) -> int:
    """Add ready chat commands."""
    with open_site(site) as engine:
        _print_result(engine.templates.add_scripts(choose_commands(names)))
    return 0


def run_export(
    site: Path, out: Path, name: str, description: str, category: str, icon: str, tables: Sequence[str]
) -> int:
    """Write a template folder made from the site."""
    with open_site(site, read_only=True) as engine:
        known = [table.name for table in engine.tables.infos() if table.kind == "orm"]
        missing = [one for one in tables if one not in known]
        if missing:
            raise WrongInput(
                f"--tables: {missing[0]} is no table with a schema; there are {', '.join(known) or 'none'}"
            )
        files = engine.templates.export(name, description, category, icon, tables or known)
    write_template(files, out)
    for left_out in files.left_out:
        print(f"  left out: {left_out}")
    print(f"{out}: {len(files)} files; install it with: goop-console install SITE {out}")
    return 0


def _print_plan(plan: InstallPlan) -> None:
    print(plan.title)
    for action, sign in (("add", "+"), ("replace", "~"), ("remove", "-")):
        for change in plan.files:
            if change.action == action:
                print(f"  {sign} {change.path}" + (f"  ({change.note})" if change.note else ""))
    for dropped in plan.dropped:
        print(f"  drops table {dropped.name} with {dropped.rows} row{'s' * (dropped.rows != 1)}")
    if plan.created:
        print(f"  makes {'tables' if len(plan.created) > 1 else 'table'} {', '.join(plan.created)}")
    for closed in plan.closed:
        print(
            f"  closes group {closed.name} ({closed.group_type}, {closed.members} "
            f"member{'s' * (closed.members != 1)})"
        )
    if plan.group:
        print(f"  {'keeps' if plan.keeps_group else 'makes'} group {plan.group}")
    if plan.turns_lua_on:
        print("  turns Lua on (lua.enabled in goop.json)")
    if plan.runs_seed:
        print("  runs seed once, as the owner")
    for warning in plan.warnings:
        print(f"  note: {warning}")


def _print_result(result: InstallResult) -> None:
    for line in result.seed.logs if result.seed else ():
        print(textwrap.indent(log_text(line), "  "))
    print(f"{result.title}: done. To undo it: goop-console restore SITE {result.backup}")
