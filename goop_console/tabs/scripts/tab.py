"""The Lua Scripts tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from goop_console.tabs.scripts.assist import EditorAssist
from goop_console.tabs.scripts.debugging.tab_part import DebuggingPart
from goop_console.tabs.scripts.everywhere.presenter import Everywhere
from goop_console.tabs.scripts.files.commands import FileCommands
from goop_console.tabs.scripts.outline import Outline
from goop_console.tabs.scripts.presenter import ScriptsPresenter
from goop_console.tabs.scripts.record import key_of
from goop_console.tabs.scripts.save_trial import SaveTrials
from goop_console.tabs.scripts.text.draft_keeper import DraftKeeper
from goop_console.tabs.scripts.text.past import PastPresenter
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import Tab, TabContext
from goop_console.widgets.chosen_sizes import ChosenSizes


class ScriptsTab(Tab):
    """Scripts and their text. Targets: ``name``, ``kind``, ``line``; or ``debug`` (a Request) with its
    ``caller`` and ``is_dry``; ``debug_call``, the id of a call that is kept; ``arm``, a script
    (``function/todo``) whose next real call is to stop; ``held``: the real call that stands;
    ``everywhere``: find in all scripts; ``outline``: show it, or take it away.
    """

    tab_id = "scripts"
    title = "Lua Scripts"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.view = ScriptsView()
        self._sizes = ChosenSizes(
            splitter=self.view.splitter, upright=self.view.upright, beside=self.view.beside
        )
        self.presenter = ScriptsPresenter(context, self.view)
        self.debugging = DebuggingPart(context, self, self.view, self.presenter.documents, self.presenter)
        self.commands = FileCommands(context, self, self.view, self.presenter)
        self.everywhere = Everywhere(context, self.view, self._unsaved_keys)
        self.everywhere.place_requested.connect(self.presenter.go_to)
        self.everywhere.left.connect(self.presenter.show_again)
        self.assist = EditorAssist(context, self.presenter.documents, self.view.pane, self)
        self.outline = Outline(context, self.view.pane, self.view.outline)
        documents = self.presenter.documents
        self.past = PastPresenter(context, self.view, documents, lambda: self.presenter.current)
        self.drafts = DraftKeeper(
            context,
            documents,
            self.view.drafts_bar,
            lambda: {key_of(info): info for info in context.session.engine.scripts.all()},
            self.presenter.show_script,
            self.presenter.show_created,
        )
        self.trials = SaveTrials(context, documents)
        self.view.try_on_save.setChecked(self.trials.is_on)
        self.view.try_on_save.toggled.connect(self.trials.switch)
        self.set_view(self.view)
        for keys, slot in (
            ("Ctrl+S", self.presenter.save),
            ("Ctrl+Shift+H", self.past.show_versions),
            ("Ctrl+Return", self.presenter.go_to_calls),
            ("Ctrl+Shift+L", self.presenter.go_to_logs),
            ("Ctrl+Shift+E", self.view.header.folder_requested.emit),
            ("F8", lambda: self._step_to_problem(1)),
            ("Shift+F8", lambda: self._step_to_problem(-1)),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _step_to_problem(self, step: int) -> None:
        editor = self.presenter.current_editor()
        if editor is not None and editor.isVisible():
            editor.step_to_problem(step)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.presenter.look_at_disk()
        return super().event(event)

    def _unsaved_keys(self) -> set[str]:
        return {one.key for one in self.presenter.documents.modified()}

    def open_target(self, **target: Any) -> None:
        if target.get("everywhere") is True:
            editor = self.presenter.current_editor()
            self.everywhere.open(editor.selected_in_line() if editor is not None else "")
            return
        if target.get("outline") is True:
            self.outline.toggle()
            return
        if not self.debugging.open_target(target):
            self.presenter.open_target(target)

    def save_state(self) -> dict[str, Any]:
        scripts = self.view.list
        return {
            **self.presenter.save_state(),
            "sizes": self._sizes.state(),
            "widths": scripts.widths(),
            "filter": scripts.filter.text(),
            "outline": not self.view.outline.isHidden(),
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.view.keep_list_width()
        self.view.list.set_widths(state.get("widths"))
        text = state.get("filter")
        if isinstance(text, str):
            self.view.list.filter.set_text(text)
        self.outline.show_panel(is_shown=state.get("outline") is True)
        self.presenter.restore_state(state)

    def unsaved(self) -> tuple[str, ...]:
        return self.presenter.unsaved()

    def save_all(self) -> None:
        self.presenter.save_all()

    def step(self, step: int) -> bool:
        return self.presenter.tabs.step(step)

    def close_page(self) -> None:
        self.presenter.tabs.close_current()

    def reopen_page(self) -> None:
        self.presenter.tabs.reopen()

    def return_to(self, state: Mapping[str, Any]) -> None:
        self.presenter.return_to(state)

    def focus_main(self) -> None:
        if self.view.is_empty:
            self.view.empty.button.setFocus()
        elif self.presenter.current is not None:
            self.view.pane.focus_editor()
        else:
            self.view.list.tree.setFocus()

    def find(self) -> None:  # type: ignore[override]  # see Page
        """In the text when the keyboard is there, else in the list."""
        if self.view.list.isAncestorOf(self.focusWidget()) if self.focusWidget() else False:
            self.view.list.filter.field.setFocus()
            self.view.list.filter.field.selectAll()
        else:
            self.view.pane.open_find()

    def refresh(self) -> None:
        self.presenter.reload()

    def is_settled(self) -> bool:
        return (
            self.presenter.is_settled
            and self.drafts.is_settled
            and self.past.is_settled
            and self.everywhere.is_settled
            and self.outline.is_settled
            and self.trials.is_settled
        )
