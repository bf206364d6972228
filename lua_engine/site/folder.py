"""A site folder: where its files are, who owns it, and its configuration."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ConfigError, SiteError
from lua_engine.site import config as goop_json
from lua_engine.site import jsontext
from lua_engine.site.config import LuaSettings, SiteConfig
from lua_engine.site.foreign import check_real, folder_opened, own_folder
from lua_engine.site.identity import create_key_file, peer_id_from_key_file, random_peer_id
from lua_engine.site.inner_path import folded_path, is_below, shown_path

CONSOLE_FOLDER = ".goop-console"
_MAX_KEY_PATH = 1_000  # characters
_DATABASE = ("data.db", "data.db-wal", "data.db-shm", "data.db-journal")


class SiteFolder:
    """An open site folder (contract section 1). Thread-safe; nothing is written until something asks for it.

    ``path`` is absolute. Paths that goop.json decides (``lua_dir``, ``site_root``, ...) follow
    :meth:`reload_config`.
    """

    def __init__(
        self, path: Path, config: SiteConfig, overrides: Mapping[str, Any], *, read_only: bool = False
    ) -> None:
        self.path = path
        self._read_only = read_only
        self._overrides = dict(overrides)
        self._lock = threading.RLock()
        self._peer_id = ""
        self._identity = folder_identity(path)
        self._adopt(config)
        folder_opened(path, self)

    @classmethod
    def open(
        cls, path: Path | str, *, overrides: Mapping[str, Any] | None = None, read_only: bool = False
    ) -> SiteFolder:
        """Open ``path``. ``overrides`` are keys of the ``lua`` section for this run only; ``read_only`` does
        without the right to write.

        Raises :class:`SiteError` for a folder that cannot be one, :class:`ConfigError` for a goop.json or
        override that is wrong.
        """
        folder = Path(os.path.abspath(Path(path).expanduser()))
        folder_opened(folder, None)
        _check_folder(folder, may_write=not read_only)
        own_folder(folder, CONSOLE_FOLDER)
        for name in _DATABASE:  # SQLite follows links, and waits for pipes
            check_real(folder / name, folder, is_folder=False)
        return cls(folder, goop_json.load(folder / goop_json.FILE_NAME), overrides or {}, read_only=read_only)

    def staged(self, path: Path, **settings: Any) -> SiteFolder:
        """A folder at ``path`` that stands for this site: its owner and configuration, other files.
        ``settings`` replace ``lua`` keys.

        The owner's key is not copied there.
        """
        staged = SiteFolder(path, self._config, {**self._overrides, **settings})
        staged._peer_id = self.peer_id
        return staged

    @property
    def is_read_only(self) -> bool:
        return self._read_only

    def refuse_read_only(self) -> None:
        """Raise :class:`SiteError` when nothing may be changed here."""
        if self._read_only:
            raise SiteError(
                f"{self.path} is open for reading only; close the console that has it and open it again to"
                " change it"
            )

    @property
    def is_gone(self) -> bool:
        """Whether the folder was moved or deleted since it was opened; nothing is made in its place."""
        return folder_identity(self.path) != self._identity

    def refuse_when_gone(self) -> None:
        """Raise :class:`SiteError` when :attr:`is_gone`."""
        if self.is_gone:
            raise SiteError(
                f"{self.path}: the site folder is gone: it was moved or deleted; open it where it is now"
            )

    # Configuration

    @property
    def config(self) -> SiteConfig:
        return self._config

    @property
    def config_path(self) -> Path:
        return self.path / goop_json.FILE_NAME

    @property
    def settings(self) -> LuaSettings:
        """The ``lua`` section as it is now, overrides included."""
        return self._settings

    def reload_config(self) -> bool:
        """Read goop.json again; whether anything in use changed. On :class:`ConfigError` the previous
        configuration stays.
        """
        with self._lock:
            before = self._config
            self._adopt(goop_json.load(self.config_path))
            return self._config != before

    def config_value(self, key: str) -> tuple[bool, bool, Any]:
        """Whether goop.json has the section of ``key`` (``viewer.active_template``), whether it has the key,
        and its value there.
        """
        section, name = key.split(".")
        tree = goop_json.read_text(self.config_path).tree
        place = tree.get(section)
        if not isinstance(place, dict):
            return section in tree, False, None
        return True, name in place, jsontext.plain(place[name]) if name in place else None

    def update_config(self, mutate: Callable[[dict[str, Any]], None]) -> None:
        """Edit goop.json: ``mutate`` changes the parsed tree in place. Atomic; everything it does not touch
        stays as it was.

        Raises :class:`ConfigError` when the result would not be valid, :class:`SiteError` when it cannot be
        written.
        """
        self.refuse_when_gone()
        with self._lock:
            self._adopt(goop_json.save(self.config_path, mutate, self._resolved))

    def _adopt(self, config: SiteConfig) -> None:
        """Make ``config`` the current one, all or nothing."""
        self._settings, self._lua_dir, self._site_root = self._resolved(config)
        self._config = config

    def _resolved(self, config: SiteConfig) -> tuple[LuaSettings, Path, Path]:
        """What ``config`` means here: settings, script folder, site root. Raises :class:`ConfigError`."""
        settings = goop_json.with_overrides(config.lua, self._overrides)
        source = "--config" if "script_dir" in self._overrides else goop_json.FILE_NAME
        lua_dir = self._inside(f"{source}: lua.script_dir", settings.script_dir)
        site_root = self._inside(f"{goop_json.FILE_NAME}: paths.site_root", config.paths.site_root)
        key_file = config.identity.key_file
        if not key_file.isprintable() or len(key_file) > _MAX_KEY_PATH:
            raise ConfigError(
                f"{goop_json.FILE_NAME}: identity.key_file is {shown_path(key_file)}, "
                "must be the path of a file"
            )
        return settings, lua_dir, site_root

    def _inside(self, key: str, value: str) -> Path:
        """The folder ``value`` under the site folder, which it may neither leave nor be."""
        if not value.isprintable() or len(value) > _MAX_KEY_PATH:
            raise ConfigError(f"{key} is {shown_path(value)}: it must be a folder inside the site folder")
        found = Path(os.path.normpath(self.path / value))
        real, home = Path(os.path.realpath(found)), Path(os.path.realpath(self.path))
        if found == self.path or not found.is_relative_to(self.path):
            raise ConfigError(f"{key} is {value!r}: it must be a folder inside the site folder {self.path}")
        if not real.is_relative_to(home):
            raise ConfigError(
                f"{key} is {value!r}: a symbolic link on the way leads out of the site folder {self.path}; "
                "put the folder itself there"
            )
        if is_below(
            f"{folded_path(found.relative_to(self.path).as_posix())}/", (folded_path(CONSOLE_FOLDER),)
        ):
            raise ConfigError(f"{key} is {value!r}, which is the console's own folder; choose another one")
        if found.exists() and not found.is_dir():
            raise ConfigError(
                f"{key} is {value!r}, which is a file, not a folder; correct the key or move the file away"
            )
        return found

    # Paths

    @property
    def lua_dir(self) -> Path:
        """Chat commands; it may not exist (see :meth:`problems`)."""
        return self._lua_dir

    @property
    def functions_dir(self) -> Path:
        return self._lua_dir / "functions"

    @property
    def state_dir(self) -> Path:
        """One JSON file per script: ``goop.kv``."""
        return self._lua_dir / ".state"

    @property
    def site_root(self) -> Path:
        """What visitors are served."""
        return self._site_root

    @property
    def schemas_dir(self) -> Path:
        return self.path / "schemas"

    @property
    def data_db(self) -> Path:
        return self.path / "data.db"

    @property
    def console_dir(self) -> Path:
        """The console's own files in this site; made by whoever writes the first one."""
        return self.path / CONSOLE_FOLDER

    @property
    def log_path(self) -> Path:
        """The log on disk, which may not be there yet."""
        return self.console_dir / "log.db"

    @property
    def written_folders(self) -> tuple[Path, ...]:
        """Where the console writes files of its own accord."""
        own = self.console_dir
        return (
            *(self.path, self.identity_key_path.parent, own, own / "calls"),
            *(self.lua_dir, self.functions_dir, self.state_dir, self.schemas_dir),
        )

    @property
    def identity_key_path(self) -> Path:
        return self.path / self._config.identity.key_file

    def problems(self) -> tuple[str, ...]:
        """What keeps the site from being all it should be, though it opens; each says what to do."""
        if self._lua_dir.is_dir():
            return ()
        return (
            f"{goop_json.FILE_NAME}: lua.script_dir is {self._settings.script_dir!r}, "
            f"but there is no folder {self._lua_dir}; "
            "create it, or correct the key",
        )

    # The owner

    @property
    def peer_id(self) -> str:
        """The site's peer id. A folder without a key gets a new one here, the first time somebody asks; one
        that is open for reading only has one that is not kept.

        Raises :class:`SiteError` for a key file that is no key, or cannot be made.
        """
        if not self._peer_id:
            with self._lock:
                self._peer_id = self._peer_id or self._read_or_create_key()
        return self._peer_id

    @property
    def owner(self) -> Caller:
        """The owner as goop.json describes them; the label may be empty."""
        profile = self._config.profile
        return Caller(self.peer_id, profile.label, profile.email)

    def _read_or_create_key(self) -> str:
        path = self.identity_key_path
        if os.path.lexists(path):
            return peer_id_from_key_file(path, self.path if path.is_relative_to(self.path) else path.parent)
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.path)):
            raise SiteError(
                f"{path}: no identity key there ({goop_json.FILE_NAME}: identity.key_file); "
                "correct the key or restore the file"
            )
        self.refuse_when_gone()
        if self._read_only:
            return random_peer_id()  # the owner's for as long as it is open
        return create_key_file(path)


def folder_identity(path: Path) -> tuple[int, int] | None:
    """What tells a folder from another one of its name; None when there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _check_folder(folder: Path, *, may_write: bool) -> None:
    if not folder.exists():
        raise SiteError(
            f"{folder}: no such folder; give the path of a Goop2 site folder (the one that holds goop.json)"
        )
    if not folder.is_dir():
        raise SiteError(f"{folder}: not a folder; give the path of the folder that holds goop.json")
    if not os.access(folder, os.R_OK | os.X_OK, effective_ids=_EFFECTIVE):
        raise SiteError(f"{folder}: the folder cannot be read by this user; change its permissions")
    place = folder / goop_json.FILE_NAME
    if not place.is_file():
        if os.path.lexists(place):
            goop_json.load(place)  # it says what stands there instead
        raise SiteError(f"{folder}: no goop.json in it, so it is not a Goop2 site folder; choose another one")
    if may_write and not os.access(folder, os.W_OK, effective_ids=_EFFECTIVE):
        raise SiteError(
            f"{folder}: the folder is read-only; make it writable for this user, or work on a copy"
        )


# The effective user decides what can be written; Windows cannot be asked that way.
_EFFECTIVE = os.access in os.supports_effective_ids
