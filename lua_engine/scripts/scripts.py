"""``engine.scripts``: the scripts of the open site, to list, read, check, change and reload."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lua_engine.scripts.drafts import Drafts
from lua_engine.scripts.editing import ScriptEdit, ScriptFiles
from lua_engine.scripts.entries import ScriptInfo, ScriptProblem
from lua_engine.scripts.handlers import ActionInfo
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.scripts.scan import COMMAND, FUNCTION
from lua_engine.scripts.versions import ScriptVersion
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import check_inside


class Scripts:
    """Thread-safe. What writes raises :class:`SiteError` when the site is open for reading only.

    ``drafts`` keeps what is typed and not saved. ``definitions`` makes the text of ``goop.d.lua``;
    ``reload_settings`` reads goop.json again.
    """

    def __init__(
        self,
        folder: SiteFolder,
        registry: ScriptRegistry,
        definitions: Callable[[], str],
        reload_settings: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._registry = registry
        self._files = ScriptFiles(folder, registry)
        self.drafts = Drafts(folder.path)
        self._definitions = definitions
        self._reload_settings = reload_settings

    def all(self) -> tuple[ScriptInfo, ...]:
        """Every script, broken ones too."""
        return self._registry.infos()

    def functions(self) -> tuple[ScriptInfo, ...]:
        """Data functions, by name."""
        return tuple(info for info in self.all() if info.kind == FUNCTION)

    def commands(self) -> tuple[ScriptInfo, ...]:
        """Chat commands, by name."""
        return tuple(info for info in self.all() if info.kind == COMMAND)

    def problems(self) -> tuple[ScriptProblem, ...]:
        """What is wrong with the script folder itself: files that are not loaded, and why."""
        return self._registry.problems()

    def reload(self) -> tuple[ScriptInfo, ...]:
        """Read goop.json and every script again."""
        self._reload_settings()
        self._registry.reload()
        return self.all()

    def source(self, info: ScriptInfo) -> str:
        """The text on disk now."""
        return self._registry.source(info)

    def check(self, name: str, text: str) -> tuple[ScriptProblem, ...]:
        """Problems of a text that is not saved."""
        return self._registry.check(name, text)

    def actions(self, function: str) -> tuple[str, ...]:
        """Action names of a data function, as its goop.route table says."""
        return self._registry.actions(function)

    def action_infos(self, function: str) -> tuple[ActionInfo, ...]:
        """Actions of a data function, whether ``goop.owner`` guards each, and the params that it reads; to
        show, not to decide by.
        """
        return self._registry.action_infos(function)

    def create(self, name: str, kind: str, text: str) -> ScriptInfo:
        """A new script; ``kind`` is ``function`` or ``command``. Raises :class:`SiteError` for a name that is
        wrong or taken.
        """
        self._folder.refuse_read_only()
        return self._files.create(name, kind, text)

    def save(self, info: ScriptInfo, text: str) -> ScriptInfo:
        """Write a script (atomically) and load it; a text that does not compile is kept on disk, and the last
        good version answers.
        """
        self._folder.refuse_read_only()
        return self._files.save(info, text)

    def save_all(self, edits: Sequence[ScriptEdit]) -> None:
        """Write several scripts, all or none, each only if it is on disk what it was. Raises
        :class:`SiteError`; then every script has its old text.
        """
        self._folder.refuse_read_only()
        self._files.save_all(edits)

    @property
    def has_interrupted(self) -> bool:
        """A :meth:`save_all` was cut off when its program was killed."""
        return self._files.replacing.is_left

    def take_back_interrupted(self) -> str:
        """Give its scripts their old texts, before they are loaded; answers what was done, in words."""
        self._folder.refuse_read_only()
        return self._files.replacing.take_back()

    def versions(self, info: ScriptInfo) -> tuple[ScriptVersion, ...]:
        """What was saved of a script, the newest first."""
        return self._files.versions.all(info.kind, info.name)

    def version_text(self, info: ScriptInfo, version: ScriptVersion) -> str:
        """The text of a version. Raises :class:`SiteError` when it is gone."""
        return self._files.versions.text(info.kind, info.name, version)

    def rename(self, info: ScriptInfo, name: str) -> ScriptInfo:
        """Give a script another name, and its goop.kv state with it. Raises :class:`SiteError` when the name
        is wrong or taken, or there is state of that name already.
        """
        self._folder.refuse_read_only()
        return self._files.rename(info, name)

    def delete(self, info: ScriptInfo) -> Path:
        """Move a script to the console's own trash; answers where it lies there."""
        self._folder.refuse_read_only()
        return self._files.delete(info)

    def write_types(self) -> Path:
        """Write ``goop.d.lua`` (EmmyLua annotations) beside the scripts. Nothing loads it."""
        self._folder.refuse_read_only()
        path = self._folder.lua_dir / "goop.d.lua"
        check_inside(path.parent, self._folder.path)
        write_atomic(path, self._definitions().encode("utf-8"), follow=False)
        return path
