"""The version of a file that the console writes for itself: the key ``format`` of its JSON object.

A file without the key is of version 1. One of an older version is read; one of a newer version is refused
with words and left as it is, so that a downgrade loses nothing. docs/file-formats.md lists the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownFormat(ValueError):
    """The file is of a version that this program does not know."""


def check_format(tree: Mapping[str, Any], known: int) -> None:
    """Raise :class:`UnknownFormat` unless ``tree`` is of a version up to ``known``."""
    number = tree.get("format", 1)
    if type(number) is not int or number < 1:
        raise UnknownFormat(f"format must be a whole number from 1 to {known}")
    if number > known:
        raise UnknownFormat(
            f"was written by a newer Goop Console (format {number}, this one knows {known}); "
            "use that one, or move the file away"
        )
