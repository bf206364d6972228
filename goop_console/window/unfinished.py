"""The message about a change that came with the folder and is not carried out: look, undo, drop."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from goop_console.services.operations import Operations
from goop_console.widgets.theming import fixed_font
from goop_console.window.messages import Messages

if TYPE_CHECKING:
    from goop_console.services.session import Session
    from lua_engine import UndecidedChange

_SHOWN_FILES = 500


class UnfinishedChanges(QObject):
    """Asks an opened site for them, one message at a time. ``failed`` takes an error that is not a choice."""

    def __init__(
        self,
        messages: Messages,
        operations: Operations,
        failed: Callable[[str, Exception], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._messages = messages
        self._operations = operations
        self._failed = failed
        self._window = parent
        self.dialog: ChangeDialog | None = None

    def ask(self, session: Session) -> None:
        """Show the newest, if there is one."""
        self._run(session, session.engine.undecided_changes)

    def _run(self, session: Session, work: Callable[[], tuple[UndecidedChange, ...]]) -> None:
        self._operations.run(
            work,
            owner=session,
            done=partial(self._show, session),
            failed=partial(self._failed, "The unfinished change stays as it is"),
        )

    def _show(self, session: Session, changes: tuple[UndecidedChange, ...]) -> None:
        if not changes:
            return
        change = changes[0]
        actions: list[tuple[str, Callable[[], object]]] = [("Look…", partial(self._look, change))]
        if not session.engine.is_read_only:
            if not change.refusal:
                actions.append(("Undo it", partial(self._decide, session, change, is_undone=True)))
            actions.append(("Drop it", partial(self._decide, session, change, is_undone=False)))
        more = f" There are {len(changes) - 1} more." if len(changes) > 1 else ""
        self._messages.say_failed(
            "Unfinished change from another machine", f"{change.summary}{more}", actions, "warning"
        )

    def _look(self, change: UndecidedChange) -> None:
        self.dialog = ChangeDialog(change, self._window)
        self.dialog.open()

    def _decide(self, session: Session, change: UndecidedChange, *, is_undone: bool) -> None:
        templates = session.engine.templates

        def decide() -> tuple[UndecidedChange, ...]:
            (templates.recovery.undo_undecided if is_undone else templates.recovery.drop_undecided)(change.id)
            return templates.recovery.undecided()

        self._messages.hide_failure()
        self._run(session, decide)


class ChangeDialog(QDialog):
    """What the change is and which files it touches."""

    def __init__(self, change: UndecidedChange, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unfinished change")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        self.text = QPlainTextEdit(change_text(change))
        self.text.setReadOnly(True)
        self.text.setFont(fixed_font())
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("What the change does")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        box = QVBoxLayout(self)
        box.addWidget(self.text)
        box.addWidget(buttons)


def change_text(change: UndecidedChange) -> str:
    """The dialog's text."""
    lines = [change.title or "A change whose journal cannot be read"]
    if change.created_at:
        lines.append(time.strftime("Begun %Y-%m-%d %H:%M", time.localtime(change.created_at)))
    if change.refusal:
        lines += ["", f"It cannot be undone: {change.refusal}"]
    else:
        lines += ["", "Undo puts these files back as they were; Drop leaves the site as it is."]
    lines.append("")
    lines += [f"{action:<9} {path}" for path, action in change.files[:_SHOWN_FILES]]
    if len(change.files) > _SHOWN_FILES:
        lines.append(f"… and {len(change.files) - _SHOWN_FILES} more files")
    lines += [f"setting   {key}" for key in change.settings]
    return "\n".join(lines)
