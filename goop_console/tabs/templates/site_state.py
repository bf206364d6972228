"""Reading what the gallery shows. Slow (files, Lua compiled, the database): off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from goop_console.gallery import CommandSet, bundled_templates, command_sets, ready_commands
from goop_console.tabs.templates.entries import (
    DISK,
    TEMPLATES,
    Entry,
    backup_entry,
    command_entry,
    set_entry,
    template_entry,
)
from lua_engine import Backup, Engine, KnownError, Template

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What came with the program; it does not change while it runs."""

    templates: tuple[Template, ...]
    sets: tuple[CommandSet, ...]
    commands: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SiteState:
    """What of the site the gallery shows. ``problems``: what could not be read, and why."""

    installed: str
    commands: frozenset[str]
    backups: tuple[Backup, ...]
    problems: tuple[str, ...] = ()


def read_bundle() -> Bundle:
    """Raises KnownError and OSError when the installation is not whole."""
    return Bundle(bundled_templates(), command_sets(), ready_commands())


def read_site(engine: Engine) -> SiteState:
    """What cannot be read is said in ``problems``: the rest of the gallery works without it."""
    problems: list[str] = []
    installed = _attempt(lambda: _installed_name(engine), "", problems)
    none: tuple[Backup, ...] = ()
    backups = _attempt(engine.templates.backups, none, problems)
    commands = frozenset(info.name.lower() for info in engine.scripts.commands())
    return SiteState(installed, commands, backups, tuple(problems))


def _installed_name(engine: Engine) -> str:
    manifest = engine.templates.installed()
    return manifest.name if manifest is not None else ""


def _attempt(read: Callable[[], T], otherwise: T, problems: list[str]) -> T:
    try:
        return read()
    except KnownError as error:
        problems.append(str(error))
        return otherwise


def make_entries(bundle: Bundle, site: SiteState, disk: Sequence[Template]) -> tuple[Entry, ...]:
    """The gallery, section after section."""
    return (
        *(template_entry(one, TEMPLATES, site.installed) for one in bundle.templates),
        *(template_entry(one, DISK, site.installed) for one in disk),
        *(set_entry(one, bundle.commands, site.commands) for one in bundle.sets),
        *(command_entry(name, text, site.commands) for name, text in bundle.commands.items()),
        *(backup_entry(one) for one in site.backups),
    )
