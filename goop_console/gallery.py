"""What comes with the program to be put into a site: templates, and ready chat commands singly or as sets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from goop_console.resources import resource
from lua_engine import KnownError, Template, TemplateError, read_template


@dataclass(frozen=True, slots=True)
class CommandSet:
    """Ready chat commands that go well together."""

    name: str
    description: str
    commands: tuple[str, ...]


def bundled_templates() -> tuple[Template, ...]:
    """The gallery, by name. Reads every file: not for the Qt thread."""
    found = [read_template(folder) for folder in sorted(resource("templates").iterdir()) if folder.is_dir()]
    return tuple(sorted(found, key=lambda template: template.name.casefold()))


def find_template(text: str) -> tuple[Template, bool]:
    """The template that ``text`` names, and whether it is a bundled one: a folder or archive, else a key of
    the gallery.
    """
    if not text:  # it would be the folder that one stands in
        raise TemplateError("the template's name is empty; give a folder, an archive or a bundled one")
    try:
        path = Path(text).expanduser()
        is_there = path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL, nobody's home
        reason = error.strerror if isinstance(error, OSError) else error
        raise TemplateError(f"{text[:80]!r} cannot be a template: {reason}") from None
    if is_there:
        return read_template(path), path.resolve().parent == resource("templates").resolve()
    gallery = resource("templates")
    keys = sorted(folder.name for folder in gallery.iterdir() if folder.is_dir())
    if text in keys:
        return read_template(gallery / text), True
    raise TemplateError(
        f"{text}: no such folder or archive, and no bundled template of that name; "
        f"bundled are {', '.join(keys)}"
    )


def ready_commands() -> dict[str, bytes]:
    """The ready chat commands: name to text."""
    return {path.stem: path.read_bytes() for path in sorted(resource("prefabs").glob("*.lua"))}


def command_sets() -> tuple[CommandSet, ...]:
    """The sets, in the order in which they are offered."""
    stored = json.loads(resource("prefabs/sets.json").read_text(encoding="utf-8"))
    return tuple(
        CommandSet(one["name"], one["description"], tuple(one["commands"])) for one in stored["sets"]
    )


def choose_commands(names: Sequence[str]) -> Mapping[str, bytes]:
    """The ready commands with those names; a set's name stands for all of its commands. Raises
    :class:`KnownError`.
    """
    ready, sets = ready_commands(), {one.name.lower(): one for one in command_sets()}
    chosen: dict[str, bytes] = {}
    for name in names:
        wanted = sets[name.lower()].commands if name.lower() in sets else (name.lower().removeprefix("!"),)
        for one in wanted:
            if one not in ready:
                offered = ", ".join(one.name for one in sets.values())
                raise KnownError(
                    f"there is no ready command {name!r}; there are {', '.join(ready)}, "
                    f"and the sets {offered}"
                )
            chosen[one] = ready[one]
    return chosen
