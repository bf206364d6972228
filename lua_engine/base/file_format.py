"""The version of a file that the console writes for itself: the key ``format`` of its JSON object
(``version`` in files that people read and keep in git).

A file without the key is of version 1. One of an older version is read; one of a newer version is refused
with words and left as it is, so that a downgrade loses nothing. docs/file-formats.md lists the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownFormat(ValueError):
    """The file is of a version that this program does not know."""


class NewerFormat(UnknownFormat):
    """A newer program wrote it."""


def check_format(tree: Mapping[str, Any], known: int, *, key: str = "format") -> None:
    """Raise :class:`UnknownFormat` unless ``tree`` is of a version up to ``known``."""
    number = tree.get(key, 1)
    if type(number) is not int or number < 1:
        raise UnknownFormat(f"{key} must be a whole number from 1 to {known}")
    if number > known:
        raise NewerFormat(
            f"was written by a newer Goop Console ({key} {number}, this one knows {known}); "
            "use that one, or move the file away"
        )
