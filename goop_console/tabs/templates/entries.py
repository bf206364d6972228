"""What the gallery offers: templates, chat commands and backups as entries of one list. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from goop_console.gallery import CommandSet
from goop_console.widgets.wording import counted, day_and_clock
from lua_engine import Backup, Template

TEMPLATES, SETS, COMMANDS, DISK, BACKUPS = (
    "Bundled templates",
    "Chat command sets",
    "Single chat commands",
    "From disk",
    "Backups",
)
CHAT_CATEGORY, BACKUP_CATEGORY = "chat commands", "backups"
INSTALLED = "Installed"
_KB = 1024


@dataclass(frozen=True, slots=True)
class CommandOffer:
    """Ready chat commands: name to text."""

    name: str
    commands: Mapping[str, bytes] = field(repr=False)


Offer = Template | CommandOffer | Backup


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the gallery. ``icon`` is an emoji or letters, or ``svg:NAME``; ``mark`` says that it is on
    the site already.
    """

    key: str
    section: str
    title: str
    category: str
    description: str
    icon: str
    facts: tuple[str, ...]
    offer: Offer = field(repr=False)
    mark: str = ""

    def matches(self, text: str, category: str) -> bool:
        """Is it of ``category`` (empty: any), and is every word of ``text`` in it?"""
        if category and self.category != category:
            return False
        whole = " ".join((self.title, self.category, self.description, *self.facts, self.mark)).casefold()
        return all(word in whole for word in text.casefold().split())


def needs(template: Template) -> tuple[str, ...]:
    """What ``template`` brings and asks for, a few words each."""
    tables, functions, commands = len(template.schemas), len(template.functions), len(template.commands)
    found = [
        counted(tables, "table") if tables else "",
        counted(functions, "function") if functions else "",
        counted(commands, "chat command") if commands else "",
        "group roles" if template.roles or template.uses_group else "",
        "e-mail required" if template.manifest.require_email else "",
        "Lua" if functions or commands else "page only",
    ]
    return tuple(one for one in found if one)


def template_entry(template: Template, section: str, installed: str) -> Entry:
    """``installed`` is the name of the template on the site, empty for none."""
    manifest = template.manifest
    place = "template" if section == TEMPLATES else "disk"
    mark = INSTALLED if template.name == installed else ""
    category = manifest.category.strip().casefold() or "other"
    return Entry(
        f"{place}/{template.key}",
        section,
        template.name,
        category,
        manifest.description,
        manifest.icon,
        needs(template),
        template,
        mark,
    )


def set_entry(one: CommandSet, ready: Mapping[str, bytes], present: Collection[str]) -> Entry:
    offer = CommandOffer(one.name, {name: ready[name] for name in one.commands})
    facts = (counted(len(one.commands), "command"), " ".join(f"!{name}" for name in one.commands))
    return Entry(
        f"set/{one.name}",
        SETS,
        one.name,
        CHAT_CATEGORY,
        one.description,
        "svg:chat",
        facts,
        offer,
        _command_mark(one.commands, present),
    )


def command_entry(name: str, text: bytes, present: Collection[str]) -> Entry:
    offer = CommandOffer(f"!{name}", {name: text})
    mark = _command_mark([name], present)
    return Entry(
        f"command/{name}",
        COMMANDS,
        f"!{name}",
        CHAT_CATEGORY,
        description_of(text),
        "svg:command",
        (),
        offer,
        mark,
    )


def backup_entry(backup: Backup) -> Entry:
    change = f"{backup.template_before or 'no template'} → {backup.template_after or 'no template'}"
    when = day_and_clock(backup.created_at)[:16]
    facts = (change, size_words(backup.size))
    return Entry(
        f"backup/{backup.id}",
        BACKUPS,
        backup.title,
        BACKUP_CATEGORY,
        f"Made {when}",
        "svg:restore",
        facts,
        backup,
    )


def _command_mark(names: Sequence[str], present: Collection[str]) -> str:
    there = [name for name in names if name in present]
    if not there:
        return ""
    return "On this site" if len(there) == len(names) else f"{len(there)} on this site"


def description_of(source: bytes) -> str:
    """What a script says of itself: the first line of its leading ``---`` block that is no annotation."""
    for line in source.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text and not text.startswith("---"):
            break
        words = text.removeprefix("---").strip()
        if words and not words.startswith("@"):
            return words
    return ""


def size_words(size: int) -> str:
    """``size`` in bytes: ``812 bytes``, ``14 KB``, ``3.2 MB``."""
    if size < _KB:
        return counted(size, "byte")
    return f"{size / _KB:,.0f} KB" if size < _KB * _KB else f"{size / _KB / _KB:,.1f} MB"


def categories(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Every category once: the templates' by name, then those of the other sections."""
    found = {entry.category for entry in entries}
    last = [one for one in (CHAT_CATEGORY, BACKUP_CATEGORY) if one in found]
    return (*sorted(found - set(last)), *last)
