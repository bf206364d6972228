"""The pool of the console's operations, with a thread of it for nobody: what has to end there would not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject

from goop_console.services.operations import THREADS, Operations


@contextmanager
def busy_pool(operations: Operations, owner: QObject) -> Iterator[None]:
    """While inside, every thread for short work waits."""
    gate = threading.Event()
    for _ in range(THREADS):
        operations.run(gate.wait, owner=owner, done=lambda _: None)
    try:
        yield
    finally:
        gate.set()
