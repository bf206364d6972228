"""``goop.site.read``: text files inside the site root, and nothing else whatever the path says."""

from __future__ import annotations

import re
from pathlib import Path

from lua_engine.base.errors import KnownError
from lua_engine.site.foreign import ForeignFileError, Rule, read_foreign

MAX_BYTES = 1024 * 1024
MAX_PATH = 1_024  # characters
_SHOWN_PATH = 120
_RULE = Rule(MAX_BYTES, links=True, hard_links=False)

# Names that Windows gives to devices, with any extension; refused everywhere so that a site behaves the same
# everywhere.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?\Z", re.IGNORECASE
)
_PRIVATE = (
    ".state"  # the key-value stores below the script folder: they hold what one script keeps from the others
)


class SiteFileError(KnownError):
    """The file cannot be read; the message is what scripts get."""


class SiteFiles:
    """Reads text files below ``site_root``.

    A symbolic link is followed as long as it stays inside. The file is opened one folder at a time without
    following links, so a link that is put in place between check and open leads nowhere.
    """

    def __init__(self, site_root: Path) -> None:
        self._root = site_root

    def read(self, path: str) -> str:
        """The text of ``path`` (relative, ``/`` between folders), at most 1 MB of UTF-8. Raises
        :class:`SiteFileError`.
        """
        parts = _split(path)
        try:
            root = self._root.resolve(strict=True)
            real = root.joinpath(*parts).resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            raise _error(path, _reason(error)) from None
        if not real.is_relative_to(root) or real == root:
            raise _error(path, "is outside the site root")
        _check_parts(path, real.relative_to(root).parts)
        try:
            data = read_foreign(real, root, _RULE)
        except ForeignFileError as error:
            raise _error(path, error.reason) from None
        if data is None:
            raise _error(path, "does not exist")
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise _error(path, "is not UTF-8 text") from None


def _split(path: str) -> list[str]:
    if not path or len(path) > MAX_PATH:
        raise SiteFileError(f"site.read: a path has 1 to {MAX_PATH} characters")
    if any(ord(character) < 32 for character in path):
        raise _error(path, "has a control character in its path")
    if "\\" in path or ":" in path:
        raise _error(path, "is refused: folders are separated by '/', and ':' is not allowed")
    if path.startswith(("/", "~")):
        raise _error(path, "is refused: the path must be relative to the site root")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise _error(path, "is refused: '..' is not allowed")
    if not parts or path.endswith("/"):
        raise _error(path, "is not a file")
    _check_parts(path, parts)
    return parts


def _check_parts(path: str, parts: list[str] | tuple[str, ...]) -> None:
    for part in parts:
        if part.casefold().rstrip(". ") == _PRIVATE:
            raise _error(path, "is refused: key-value stores are private to their scripts")
        if part.endswith((".", " ")) or _DEVICE.match(part):
            raise _error(path, f"is refused: {part!r} is not a portable file name")


def _error(path: str, what: str) -> SiteFileError:
    shown = path if len(path) <= _SHOWN_PATH else path[:_SHOWN_PATH] + "..."
    return SiteFileError(
        f'site.read: "{shown.encode("unicode_escape").decode() if not shown.isprintable() else shown}" {what}'
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "does not exist"
    if isinstance(error, OSError):
        return f"cannot be read: {(error.strerror or 'error').lower()}"
    return "cannot be read: a loop of symbolic links"
