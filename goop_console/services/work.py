"""Work off the Qt thread for one page: counted, named, and with its errors sorted.

A *known* error (the world: disk full, locked, refused) goes back to the page as a sentence. Any other is a
bug of ours: the page gets the sentence, and the window shows it with its traceback.

Example::

    self._work.run(lambda: engine.groups.add(group, peer), done=self._on_added, failed=view.error.say,
    button=view.add)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypedDict, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operation, Operations

if TYPE_CHECKING:
    from lua_engine import CallHandle, CallResult

T = TypeVar("T")


class _Ends(TypedDict, Generic[T]):
    done: Callable[[T], None]
    failed: Callable[[Exception], None]


class Work(QObject):
    """Runs things for one page. ``finished`` comes after each, done or failed,
    but not when it was cancelled.
    """

    finished = Signal()

    def __init__(self, operations: Operations, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._operations = operations
        self._notify = notify
        self._running: list[Operation] = []

    @property
    def is_settled(self) -> bool:
        """Nothing is under way."""
        return not any(one.is_running for one in self._running)

    def run(
        self,
        work: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[str], object] | None = None,
        button: QWidget | None = None,
    ) -> Operation:
        """Do short ``work`` in a thread; then ``done`` with its answer, or ``failed`` with the reason, on the
        Qt thread.

        ``button`` cannot be pressed meanwhile. Without ``failed`` the window says the reason. The answer can
        be cancelled: then neither is called.
        """
        ends = self._ends(done, failed, button)
        return self._note(self._operations.run(work, owner=self, **ends))

    def run_long(
        self,
        work: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[str], object] | None = None,
        button: QWidget | None = None,
    ) -> Operation:
        """The same for work that may take seconds: it has a thread of its own."""
        ends = self._ends(done, failed, button)
        return self._note(self._operations.run_long(work, owner=self, **ends))

    def follow(
        self,
        handle: CallHandle,
        then: Callable[[CallResult], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[str], object] | None = None,
    ) -> Operation:
        """Wait for a call without a thread; ``then`` runs in the call's own."""
        return self._note(self._operations.follow(handle, then, owner=self, **self._ends(done, failed, None)))

    def _note(self, operation: Operation) -> Operation:
        self._running.append(operation)
        return operation

    def _ends(
        self,
        done: Callable[[T], object] | None,
        failed: Callable[[str], object] | None,
        button: QWidget | None,
    ) -> _Ends[T]:
        if button is not None:
            button.setEnabled(False)

        def free() -> None:
            self._running = [one for one in self._running if one.is_running]
            if button is not None:
                button.setEnabled(True)

        def on_done(value: T) -> None:
            free()
            if done is not None:
                done(value)
            self.finished.emit()

        def on_failed(error: Exception) -> None:
            free()
            self._say(error, failed)
            self.finished.emit()

        return {"done": on_done, "failed": on_failed}

    def _say(self, error: Exception, failed: Callable[[str], object] | None) -> None:
        from lua_engine import KnownError  # here: the window is shown before the engine is imported

        if failed is not None:
            failed(str(error) or type(error).__name__)
        if failed is None or not isinstance(error, KnownError):
            self._notify.exception(error)
