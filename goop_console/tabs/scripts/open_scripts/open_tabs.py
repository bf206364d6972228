"""The open scripts as tabs: what closing and opening again does to their texts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.scripts.open_scripts.open_list import OpenList
from goop_console.tabs.scripts.open_scripts.tab_strip import TabLook
from goop_console.tabs.scripts.record import KIND_WORDS
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.text.places import Places
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.widgets.icons import icon
from lua_engine import ScriptInfo


class OpenTabs(QObject):
    """``shown`` asks for a script to be brought into view, an empty text for none."""

    shown = Signal(str)

    def __init__(self, view: ScriptsView, documents: ScriptDocuments, places: Places) -> None:
        super().__init__(view)
        self._view, self._documents, self._places = view, documents, places
        self._infos: Mapping[str, ScriptInfo] = {}
        self._current = ""
        self._edited: dict[str, str] = {}  # text that was not saved, of tabs that are opened again
        self._closing = ""  # is closed once it is saved
        self.has_closed_all = False
        self.list = OpenList()
        strip = view.strip
        strip.chosen.connect(self.shown)
        strip.close_requested.connect(self.close)
        strip.keep_requested.connect(self.keep)
        strip.moved.connect(self.list.reorder)
        documents.changed.connect(self._on_changed)
        documents.dropped.connect(self._on_dropped)

    def set_infos(self, infos: Mapping[str, ScriptInfo]) -> None:
        """The scripts there are."""
        self._infos = infos
        for key in [one for one in self.list.keys if one not in infos and self._documents.get(one) is None]:
            self.list.drop(key)
        self.draw()

    def open(self, key: str, *, keep: bool) -> None:
        """Give ``key`` a tab and mark it as the one in view. ``keep``: not as a mere preview."""
        taken = self.list.show(key, keep=keep)
        self._current, self.has_closed_all = key, False
        document = self._documents.get(taken)
        if document is not None:
            self._give_up(document)
        self.draw()

    def keep(self, key: str) -> None:
        """A preview becomes a tab of its own."""
        self.list.keep(key)
        self.draw()

    def step(self, step: int) -> bool:
        """To the next open script; whether there is another."""
        key = self.list.step(self._current, step)
        if not key or key == self._current:
            return False
        self.shown.emit(key)
        return True

    # closing and opening again

    def close_current(self) -> None:
        """Ctrl+W."""
        if self._current:
            self.close(self._current)

    def close(self, key: str) -> None:
        """Close the tab of ``key``; unsaved text is asked about first."""
        document = self._documents.get(key)
        if document is None or not (document.is_modified or document.is_saving):
            self._close_now(key)
            return
        self.shown.emit(key)
        if document.is_saving:
            self._closing = key
        else:
            self._ask(document)

    def _ask(self, document: ScriptDocument) -> None:
        name, notice = document.info.name, self._view.notice

        def save() -> None:
            notice.hide()
            self._closing = document.key
            self._documents.save(document)

        def discard() -> None:
            notice.hide()
            self._close_now(document.key)

        notice.say(
            "warning",
            f"{name} has changes that are not saved",
            "Without saving, Ctrl+Shift+T still brings them back until the site is closed.",
            [("Save and close", save), ("Close without saving", discard)],
        )
        notice.buttons()["Save and close"].setFocus()

    def _close_now(self, key: str) -> None:
        if key not in self.list.keys:
            return
        document = self._documents.get(key)
        is_edited = document is not None and document.is_modified
        follower = self.list.close(
            key, document.editor.text() if document is not None and is_edited else None
        )
        if document is not None:
            self._give_up(document)
        self.has_closed_all = not follower
        if key == self._current:
            self.shown.emit(follower)
        self.draw()

    def _give_up(self, document: ScriptDocument) -> None:
        if document.disk is not None:
            self._places.put(document.key, document.editor.place())
        self._documents.forget(document)

    def reopen(self) -> None:
        """Ctrl+Shift+T: the tab that was closed last, with its unsaved text."""
        one = self.list.take_closed(self._infos)
        if one is None:
            return
        if one.edited is not None:
            self._edited[one.key] = one.edited
        self.list.show(one.key, keep=True, at=min(one.at, len(self.list.keys)))
        self.shown.emit(one.key)

    def take_edited(self, key: str) -> str | None:
        """The unsaved text of a tab that was opened again, once."""
        return self._edited.pop(key, None)

    def _on_changed(self, key: str) -> None:
        document = self._documents.get(key)
        if document is not None and document.is_modified and not document.editor.isReadOnly():
            self.list.keep(key)  # a text that is being loaded is read-only: that is no edit
        if key == self._closing and document is not None and not document.is_saving:
            self._closing = ""
            if not document.is_modified:
                self._close_now(key)
        self.draw()

    def _on_dropped(self, key: str) -> None:
        """The document is no more: its file is gone, or its tab was closed."""
        if key in self.list.keys and key not in self._infos:
            follower = self.list.drop(key)
            if key == self._current and follower:
                self.shown.emit(follower)
            self.draw()

    def take_state(self, state: object) -> None:
        """The tabs of the last start; what is open besides goes, unless it holds unsaved text."""
        opened = OpenList()
        if not opened.take_state(state, self._infos):
            return
        for document in self._documents.all():
            if document.is_modified and document.key not in opened.keys:
                opened.show(document.key, keep=True)
        self.list.keys, self.list.preview = opened.keys, opened.preview
        self.has_closed_all = not opened.keys
        for document in self._documents.all():
            if document.key not in opened.keys:
                self._give_up(document)
        if self.has_closed_all:
            self.shown.emit("")
        self.draw()

    # what is shown

    def draw(self) -> None:
        """Show the tabs as they are now."""
        self._view.strip.show_tabs(
            [look for key in self.list.keys if (look := self._look(key))], self._current
        )

    def _look(self, key: str) -> TabLook | None:
        document = self._documents.get(key)
        info = self._infos.get(key) or (document.info if document is not None else None)
        if info is None:
            return None
        is_modified = document is not None and document.is_modified
        state = [KIND_WORDS.get(info.kind, info.kind).lower()]
        state += ["modified, not saved"] if is_modified else []
        state += ["preview: an edit or a double click keeps the tab"] if key == self.list.preview else []
        state += ["deleted on disk"] if document is not None and document.is_gone else []
        spoken = f"{info.name}, {', '.join(state)}"
        return TabLook(
            key,
            f"● {info.name}" if is_modified else info.name,
            icon(info.kind if info.kind in KIND_WORDS else "script", "muted"),
            f"{info.path}\n{spoken}",
            spoken,
        )
