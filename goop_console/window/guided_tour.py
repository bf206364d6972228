"""Takes a person through the demo: opens it if need be, shows each step's tab, ends when the site goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from goop_console.window.guide import Guide
    from goop_console.window.guide_steps import GuideStep
    from goop_console.window.workspace import Workspace

_LOOK_MS = 100  # a tab may still be filling when its step begins
_MAX_LOOKS = 100


class GuidedTour(QObject):
    """The guide's bar goes to the end of ``box``, made when it is first wanted. ``began`` with each tour."""

    began = Signal()

    def __init__(
        self,
        window: QWidget,
        box: QVBoxLayout,
        open_demo: Callable[[], None],
        workspace: Callable[[], Workspace | None],
    ) -> None:
        super().__init__(window)
        self._window, self._box = window, box
        self._open_demo, self._workspace = open_demo, workspace
        self._is_wanted = False
        self.guide: Guide | None = None
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._point)

    @property
    def is_running(self) -> bool:
        return self.guide is not None and not self.guide.isHidden()

    def start(self) -> None:
        """Begin at the first step, on the demo."""
        if self._is_demo_open():
            self._begin()
        else:
            self._is_wanted = True
            self._open_demo()

    def on_opened(self) -> None:
        """A site is open: begin if the tour waits for it."""
        is_wanted, self._is_wanted = self._is_wanted, False
        if is_wanted and self._is_demo_open():
            self._begin()

    def give_up(self) -> None:
        """The site cannot be opened."""
        self._is_wanted = False

    def end(self) -> None:
        """The site is closed."""
        if self.guide is not None and self.is_running:
            self.guide.leave()

    def _is_demo_open(self) -> bool:
        workspace = self._workspace()
        if workspace is None:
            return False
        from goop_console.demo import demo_folder  # here: it imports the engine

        return workspace.session.engine.site.path == demo_folder().absolute()

    def _begin(self) -> None:
        if self.guide is None:
            from goop_console.window.guide import Guide

            self.guide = Guide(self._window)
            self.guide.step_requested.connect(self._show)
            self.guide.left.connect(self._on_left)
            self._box.addWidget(self.guide)
        self.began.emit()
        self.guide.begin()

    def _show(self, step: GuideStep) -> None:
        workspace = self._workspace()
        if workspace is not None:
            workspace.navigate(step.tab_id, **step.target)
            self._looks = 0
            self._timer.start()
            self._point()

    def _point(self) -> None:
        """Put the ring around what the step speaks of, once that is there."""
        workspace, guide = self._workspace(), self.guide
        self._looks += 1
        if workspace is None or guide is None or self._looks > _MAX_LOOKS:
            self._timer.stop()
            return
        tab = workspace.current
        guide.point_at(tab)
        if guide.ring.around is not None and tab.is_settled():
            self._timer.stop()

    def _on_left(self) -> None:
        self._timer.stop()
        workspace = self._workspace()
        if workspace is not None:
            workspace.current.focus_main()
