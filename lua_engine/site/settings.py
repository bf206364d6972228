"""The part of goop.json that its owner edits here: the profile's label, and the ``lua`` section within its
bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lua_engine.base.errors import ConfigError
from lua_engine.site.config import LUA_KEYS, LuaSettings
from lua_engine.site.folder import SiteFolder

MAX_LABEL = 200  # characters


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """As goop.json has them, without the overrides of a run. ``email`` is shown only: Goop2 verifies it."""

    label: str
    email: str
    lua: LuaSettings


KEYS = ("profile.label", *(f"lua.{name}" for name in LUA_KEYS))
"""What :meth:`Settings.change` takes."""


class Settings:
    """``engine.settings``: goop.json as its owner sees it. What writes raises :class:`SiteError` when
    the site is open for reading only; ``on_changed`` runs after a change.
    """

    def __init__(self, folder: SiteFolder, on_changed: Callable[[], None]) -> None:
        self._folder = folder
        self._on_changed = on_changed

    @property
    def lua(self) -> LuaSettings:
        """The ``lua`` section as it is now, overrides of this run applied."""
        return self._folder.settings

    def read(self) -> SiteSettings:
        """What the owner may change of goop.json, as it is there."""
        config = self._folder.config
        return SiteSettings(config.profile.label, config.profile.email, config.lua)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Write ``changes`` (``{"lua.timeout_seconds": 10}``) into goop.json, all or none, and use them at
        once.

        Every other character of the file stays. Raises :class:`ConfigError` naming key, value and bound.
        """
        self._folder.refuse_read_only()
        for key in changes:
            if key not in KEYS:
                raise ConfigError(f"{key} is not a setting; the settings are {', '.join(KEYS)}")
        check_label(changes.get("profile.label", ""))
        before = self._folder.config
        self._folder.update_config(lambda tree: _apply(tree, changes))
        if self._folder.config != before:
            self._on_changed()

    def enable_lua(self) -> None:
        """Turn Lua on in goop.json; everything else in the file stays."""
        self.change({"lua.enabled": True})

    def reload(self) -> None:
        """Read goop.json again; :class:`ConfigError` when it is wrong, and the settings stay as they were."""
        if self._folder.reload_config():
            self._on_changed()


def _apply(tree: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        section, name = key.split(".")
        place = tree.get(section)
        if not isinstance(place, dict):
            place = tree[section] = {}
        if place.get(name) != value or name not in place:
            place[name] = value


def check_label(label: Any) -> None:
    """Raise :class:`ConfigError` for a text that cannot be the owner's label."""
    if isinstance(label, str) and (len(label) > MAX_LABEL or not label.isprintable()):
        raise ConfigError(f"profile.label must be printable and at most {MAX_LABEL} characters")
