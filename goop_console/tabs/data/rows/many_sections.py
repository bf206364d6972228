"""Many changes of a header as one: each of its signals lays the whole table out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHeaderView


@contextmanager
def many_sections(header: QHeaderView) -> Iterator[None]:
    """Whoever follows ``header`` is told once, after the block."""
    with QSignalBlocker(header):
        yield
    header.sectionMoved.emit(0, 0, 0)
    header.sectionResized.emit(0, 0, 0)  # a width of 0: of no column in particular
