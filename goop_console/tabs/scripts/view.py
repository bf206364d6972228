"""The widgets of the Lua Scripts tab, put together; no logic."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.debugging.menu import DebugMenu
from goop_console.tabs.scripts.debugging.panel import DebugPanel
from goop_console.tabs.scripts.everywhere.view import EverywhereView
from goop_console.tabs.scripts.files.new_form import NewScriptForm
from goop_console.tabs.scripts.header import ScriptHeader
from goop_console.tabs.scripts.open_scripts.tab_strip import TabStrip
from goop_console.tabs.scripts.outline_panel import OutlinePanel
from goop_console.tabs.scripts.script_list import ScriptList
from goop_console.tabs.scripts.text.merge_view import MergeView
from goop_console.tabs.scripts.text.merging import Part
from goop_console.tabs.scripts.text.versions_view import VersionsView
from goop_console.widgets.bar_stack import BarStack
from goop_console.widgets.check_box import CheckBox
from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.diff_view import DiffView
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.layouts import scrolled
from goop_console.widgets.made_ahead import part
from goop_console.widgets.message_bar import Action, MessageBar
from goop_console.widgets.polish import set_look
from lua_engine import ScriptVersion

_LIST = 560  # pixels of the list, where there is room for it
_EDGE = 8


class ScriptsView(QWidget):
    """The list on the left, the script in view on the right."""

    merge_requested = Signal()  # of the editor's text and the one on disk

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = part(ScriptList)
        self.strip = TabStrip()
        self.header = part(ScriptHeader)
        self.disk_bar = MessageBar("Changed on disk")
        self.pane = part(EditorPane)
        self.pane.editor_shown.connect(self.show_editor)
        self.diff = part(DiffView)
        self.diff.closed.connect(self.show_editor)
        self.versions = part(VersionsView)
        self.merge = part(MergeView)
        self.drafts_bar = MessageBar("What was not saved")
        self.outline = OutlinePanel()
        self.debug = part(DebugPanel)
        self.form = part(NewScriptForm)
        self.everywhere = part(EverywhereView)
        self.notice = MessageBar("What was deleted")
        self.incomplete = MessageBar("What this site lacks")
        self.empty = EmptyState("", "")
        self.message = ElidedLabel("", cut=Qt.TextElideMode.ElideRight)
        self.message.setAccessibleName("What happened last")
        self.try_on_save = CheckBox("&Dry run on save")
        self.try_on_save.setToolTip(
            "After each save, run the saved calls of this script, or else its last call, on a copy"
        )
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.place.setAccessibleName("Place of the cursor")
        self.pane.place_changed.connect(
            lambda line, column: self.place.setText(f"Line {line:,}, column {column:,}")
        )
        self._build()
        self._sharing = QTimer(self)
        self._sharing.setSingleShot(True)
        self._sharing.setInterval(0)
        self._sharing.timeout.connect(self._share_room)

    def _build(self) -> None:
        self._work = QWidget()
        box = QVBoxLayout(self._work)
        box.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        box.setSpacing(8)
        foot = QHBoxLayout()
        foot.addWidget(self.message, 1)
        foot.addWidget(self.try_on_save)
        foot.addWidget(self.place)
        box.addWidget(self.strip)
        box.addWidget(self.header)
        box.addWidget(self.disk_bar)
        self._text = QStackedWidget()
        self._text.addWidget(self.pane)
        for beside in (self.diff, self.versions, self.merge):
            self._text.addWidget(beside)
        self.upright = QSplitter(Qt.Orientation.Vertical)
        self.upright.setChildrenCollapsible(False)
        self.beside = QSplitter(Qt.Orientation.Horizontal)
        self.beside.setChildrenCollapsible(False)
        self.beside.addWidget(self._text)
        self.beside.addWidget(self.outline)
        self.beside.setStretchFactor(0, 1)
        self.beside.setSizes([600, 180])
        self.upright.addWidget(self.beside)
        self.upright.addWidget(self.debug)
        self.upright.setStretchFactor(0, 1)
        self.upright.setSizes([420, 300])
        self.debug.hide()
        box.addWidget(self.upright, 1)
        box.addLayout(foot)
        self._right = QStackedWidget()
        self._right.addWidget(self._work)
        self.nothing_open = EmptyState("No script is open", "Choose one in the list, or press Ctrl+P.")
        self._right.addWidget(self.nothing_open)
        self._form = scrolled(self.form)  # a low window is not made higher by it
        self._right.addWidget(self._form)
        self._right.addWidget(self.everywhere)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self._right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_LIST, 720])
        self._list_width = _LIST
        self.splitter.splitterMoved.connect(lambda *_: self.keep_list_width())
        self._whole = QStackedWidget()
        self._whole.addWidget(self.splitter)
        self._whole.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(BarStack(self.incomplete, self.drafts_bar, self.notice))
        outer.addWidget(self._whole, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._sharing.start()  # when everything in it has changed too

    def keep_list_width(self) -> None:
        """The list is to be as wide as it is now, where the window has room for it."""
        self._list_width = self.splitter.sizes()[0]

    def _share_room(self) -> None:
        """The words over the editor have what the list can spare; it has that back where there is room."""
        self.header.fit()
        right, (width, beside) = self.header.wanted + 2 * _EDGE, self.splitter.sizes()
        whole = width + beside
        wanted = min(self._list_width, whole - right)
        if wanted >= self.list.minimumSizeHint().width() and (beside < right or width < wanted):
            self.splitter.setSizes([wanted, whole - wanted])

    @property
    def debug_menu(self) -> DebugMenu:
        """What can be done with the script in view in the debugger."""
        return self.header.debug

    def show_empty(self, title: str, text: str, action: str) -> None:
        """There is no script at all; a form that is open stays."""
        self.empty.set_texts(title, text, action)
        if not self.is_creating:
            self._whole.setCurrentWidget(self.empty)

    def show_scripts(self, *, has_current: bool) -> None:
        """There are scripts; ``has_current``: one of them is in the editor. A form that is open stays, and so
        does the search in all scripts.
        """
        self._whole.setCurrentWidget(self.splitter)
        if not self.is_creating and not self.is_everywhere:
            self._right.setCurrentIndex(0 if has_current else 1)

    def show_form(self) -> None:
        """Put the form for a new script into the editor's place."""
        self._whole.setCurrentWidget(self.splitter)
        self._right.setCurrentWidget(self._form)

    def hide_form(self) -> None:
        """Take the form away; ``show_scripts`` or ``show_empty`` says what stands there instead."""
        if self.is_creating:
            self._right.setCurrentIndex(1)

    def show_everywhere(self) -> None:
        """Put the search in all scripts into the editor's place."""
        self._right.setCurrentWidget(self.everywhere)

    def hide_everywhere(self) -> None:
        """Take the search away; ``show_scripts`` says what stands there instead."""
        if self.is_everywhere:
            self._right.setCurrentIndex(1)

    @property
    def is_everywhere(self) -> bool:
        """The search in all scripts is open."""
        return self._right.currentWidget() is self.everywhere

    @property
    def is_creating(self) -> bool:
        """The form for a new script is open."""
        return self._right.currentWidget() is self._form

    @property
    def is_empty(self) -> bool:
        return self._whole.currentWidget() is self.empty

    def set_message(self, text: str, *, is_bad: bool) -> None:
        """The line under the editor."""
        self.message.setText(text)
        self.message.setToolTip(text)
        plain = "ok-text" if text.startswith("Saved") else "muted"
        set_look(self.message, "role", "error-text" if is_bad else plain)

    def ask_about_disk(self, title: str, text: str, actions: Sequence[Action]) -> None:
        """Put a question over the editor; it stays until it is answered."""
        self.disk_bar.say("warning", title, text, actions, can_close=False)

    def show_lacks(self, lacks: Sequence[str]) -> None:
        """Say what keeps the site from being all it should be; nothing when it is complete."""
        if lacks:
            self.incomplete.say("warning", "This site is not complete", "\n".join(lacks))
        else:
            self.incomplete.hide()

    def show_diff(self, mine: str, theirs: str, name: str) -> None:
        """Compare the editor's text with the one on disk, in the editor's place."""
        self.diff.show_texts(mine, theirs, f"{name}, yours", f"{name} on disk")
        self._text.setCurrentWidget(self.diff)
        self.diff.back.setFocus()

    def show_versions(self, name: str, versions: Sequence[ScriptVersion]) -> None:
        """The saved versions of a script, in the editor's place."""
        self._text.setCurrentWidget(self.versions)
        self.versions.show_versions(name, versions)

    def show_merge(self, parts: Sequence[Part]) -> None:
        """Two texts to bring together, in the editor's place."""
        self._text.setCurrentWidget(self.merge)
        self.merge.show_parts(parts)

    def show_editor(self) -> None:
        """Back from whatever stands in the editor's place."""
        beside = self._text.currentWidget()
        if beside is not self.pane:
            keyboard = self.focusWidget()
            had_keyboard = keyboard is not None and beside is not None and beside.isAncestorOf(keyboard)
            self._text.setCurrentWidget(self.pane)
            if had_keyboard:
                self.pane.focus_editor()
