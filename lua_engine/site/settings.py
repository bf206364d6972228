"""The part of goop.json that its owner edits here: the profile's label, and the ``lua`` section within its
bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lua_engine.base.errors import ConfigError
from lua_engine.site.config import LuaSettings
from lua_engine.site.folder import SiteFolder

MAX_LABEL = 200  # characters


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """As goop.json has them, without the overrides of a run. ``email`` is shown only: Goop2 verifies it."""

    label: str
    email: str
    lua: LuaSettings


KEYS = ("profile.label", *(f"lua.{name}" for name in LuaSettings.model_fields))
"""What :func:`change_settings` takes."""


def read_settings(folder: SiteFolder) -> SiteSettings:
    config = folder.config
    return SiteSettings(config.profile.label, config.profile.email, config.lua)


def change_settings(folder: SiteFolder, changes: Mapping[str, Any]) -> bool:
    """Write ``changes`` (``{"lua.timeout_seconds": 10}``) into goop.json, all or none; whether anything
    changed.

    Every other character of the file stays. Raises :class:`ConfigError` naming key, value and bound.
    """
    for key in changes:
        if key not in KEYS:
            raise ConfigError(f"{key} is no setting; the settings are {', '.join(KEYS)}")
    _check_label(changes.get("profile.label", ""))
    before = folder.config

    def mutate(tree: dict[str, Any]) -> None:
        for key, value in changes.items():
            section, name = key.split(".")
            place = tree.get(section)
            if not isinstance(place, dict):
                place = tree[section] = {}
            if place.get(name) != value or name not in place:
                place[name] = value

    folder.update_config(mutate)
    return folder.config != before


def _check_label(label: Any) -> None:
    if isinstance(label, str) and (len(label) > MAX_LABEL or not label.isprintable()):
        raise ConfigError(f"profile.label must be printable and at most {MAX_LABEL} characters")
