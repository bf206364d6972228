"""A change of the site from its plan to its result: planned, looked at, carried out with progress, and taken
back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.operations import Operation
from goop_console.tabs.tab import TabContext
from goop_console.tabs.templates.comparison import Comparison, compare_file
from goop_console.tabs.templates.view import TemplatesView
from goop_console.tabs.templates.words import link_targets
from lua_engine import Engine, FileChange, InstallPlan, InstallProgress, InstallResult, KnownError, Template

_POLL_MS = 60
_TOO_LATE = 4  # from this step on the change is being made


class Cancelled(Exception):
    """Raised from the progress of an installation that nobody wants any more."""


@dataclass(frozen=True, slots=True)
class Task:
    """What shall be done. ``plan`` and ``run`` are slow. ``title``: the subject of an error."""

    title: str
    plan: Callable[[], InstallPlan]
    run: Callable[[InstallPlan, InstallProgress], InstallResult]
    can_cancel: bool = True


def install_task(engine: Engine, template: Template, *, bundled: bool) -> Task:
    def run(plan: InstallPlan, progress: InstallProgress) -> InstallResult:
        return engine.templates.install(template, plan=plan, bundled=bundled, progress=progress)

    return Task(f"{template.name} was not installed", lambda: engine.templates.plan(template), run)


def commands_task(engine: Engine, name: str, commands: dict[str, bytes]) -> Task:
    return Task(
        f"{name} was not added",
        lambda: engine.templates.plan_scripts(commands),
        lambda _plan, _progress: engine.templates.add_scripts(commands),
        can_cancel=False,
    )


def restore_task(engine: Engine, backup_id: str) -> Task:
    def run(plan: InstallPlan, progress: InstallProgress) -> InstallResult:
        return engine.templates.restore(backup_id, plan=plan, progress=progress)

    return Task("The site did not go back", lambda: engine.templates.plan_restore(backup_id), run)


class Progress:
    """Written by the worker's thread, read by the Qt thread; a call raises :class:`Cancelled` when that is
    wanted and not too late.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = ("", 0, 0)
        self._is_cancelled = False

    def __call__(self, text: str, step: int, steps: int) -> None:
        with self._lock:
            if self._is_cancelled and step < _TOO_LATE:
                raise Cancelled
            self._now = (text, step, steps)

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True

    @property
    def now(self) -> tuple[str, int, int]:
        """What is done, the step, and how many there are; no steps before the first call."""
        with self._lock:
            return self._now


class FlowPresenter(QObject):
    """Leads through plan, progress, and result or error. ``finished`` comes when the site has changed."""

    finished = Signal()

    def __init__(self, context: TabContext, view: TemplatesView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._task: Task | None = None
        self._plan: InstallPlan | None = None
        self._progress = Progress()
        self._backup = ""
        self._links: dict[str, dict[str, str]] = {}
        self._origin: QWidget = view.gallery_page  # where a change that is cancelled leads back to
        self._planning: Operation | None = None
        self._running: Operation | None = None
        self._comparing: Operation | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._show_progress)
        self._connect()

    def _connect(self) -> None:
        view = self._view
        view.plan.confirmed.connect(self.carry_out)
        view.plan.file_chosen.connect(self._compare)
        view.plan.left.connect(self.leave)
        view.progress.cancelled.connect(lambda: self._progress.cancel())
        view.result.left.connect(self.leave)
        view.result.undo_wanted.connect(self.undo)
        view.result.link_opened.connect(lambda tab_id: self._context.navigate(tab_id, **self._links[tab_id]))
        view.error.left.connect(self.leave)
        view.error.again_wanted.connect(self.plan_again)
        view.error.logs_wanted.connect(lambda: self._context.navigate("logs"))

    @property
    def is_busy(self) -> bool:
        """Something is being planned, made or compared."""
        return any(
            one is not None and one.is_running for one in (self._planning, self._running, self._comparing)
        )

    # the plan

    def begin(self, task: Task) -> None:
        """Make the plan of ``task`` and show it."""
        if self._running is not None and self._running.is_running:
            return
        if self._planning is not None:
            self._planning.cancel()
        self._task = task
        self._view.set_planning(True)
        self._planning = self._context.operations.run(
            task.plan, owner=self, done=self._on_planned, failed=self._on_failed
        )

    def plan_again(self) -> None:
        """Make the plan of the same task once more."""
        if self._task is not None:
            self.begin(self._task)

    def _on_planned(self, plan: InstallPlan) -> None:
        self._plan = plan
        self._view.set_planning(False)
        self._view.plan.show_plan(plan, read_only=self._context.session.engine.is_read_only)
        self._view.show_page(self._view.plan)

    def _compare(self, change: FileChange) -> None:
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = self._context.operations.run(
            lambda: compare_file(change), owner=self, done=self._on_compared
        )

    def _on_compared(self, found: Comparison) -> None:
        self._view.plan.show_comparison(found)

    def leave(self) -> None:
        """Back to the gallery."""
        if self._comparing is not None:
            self._comparing.cancel()
        self._view.show_page(self._view.gallery_page)

    # carrying it out

    def carry_out(self) -> None:
        """Do what the plan says."""
        task, plan = self._task, self._plan
        if task is None or plan is None or self._context.session.engine.is_read_only:
            return
        self._run(plan.title, lambda progress: (plan, task.run(plan, progress)), can_cancel=task.can_cancel)

    def undo(self) -> None:
        """Take the change back that was just made."""
        task = restore_task(self._context.session.engine, self._backup)

        def work(progress: InstallProgress) -> tuple[InstallPlan, InstallResult]:
            plan = task.plan()
            return plan, task.run(plan, progress)

        self._task = task
        self._run("Go back to before", work, can_cancel=task.can_cancel)

    def _run(
        self,
        title: str,
        work: Callable[[InstallProgress], tuple[InstallPlan, InstallResult]],
        *,
        can_cancel: bool,
    ) -> None:
        if self._running is not None and self._running.is_running:
            return
        progress = self._progress = Progress()
        self._origin = self._view.page
        self._view.progress.begin(title, can_cancel=can_cancel)
        self._view.show_page(self._view.progress)
        self._timer.start()
        self._running = self._context.operations.run(
            lambda: work(progress), owner=self, done=self._on_done, failed=self._on_failed
        )

    def _show_progress(self) -> None:
        text, step, steps = self._progress.now
        if steps:
            self._view.progress.show_step(text, step, steps, can_cancel=step < _TOO_LATE)

    def _on_done(self, outcome: tuple[InstallPlan, InstallResult]) -> None:
        self._timer.stop()
        plan, result = outcome
        self._backup, self._links = result.backup, link_targets(plan, result)
        self._view.result.show_result(plan, result)
        self._view.show_page(self._view.result)
        self.finished.emit()

    def _on_failed(self, error: Exception) -> None:
        self._timer.stop()
        self._view.set_planning(False)
        if isinstance(error, Cancelled):
            self._context.notify.info("Cancelled: the site is as it was.")
            self._view.show_page(self._origin)
            return
        title = self._task.title if self._task is not None else "It did not work"
        known = isinstance(error, KnownError)
        self._view.error.show_error(title, str(error) if known else f"{type(error).__name__}: {error}")
        self._view.show_page(self._view.error)
        if not known:
            self._context.notify.exception(error)
