"""Writes down what is typed and not saved, and offers it again after a crash. The engine keeps the files; all
of it happens off the Qt thread, but for what is given up with the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer

from goop_console.services.work import Work
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.tab import TabContext
from goop_console.widgets.message_bar import MessageBar
from lua_engine import Draft, KnownError, ScriptInfo

EVERY_MS: Final = 500  # so much of what was typed can be lost


class DraftKeeper(QObject):
    """``infos()`` are the scripts by key, ``show`` brings one into view, ``show_made`` one that was made just
    now.
    """

    def __init__(
        self,
        context: TabContext,
        documents: ScriptDocuments,
        bar: MessageBar,
        infos: Callable[[], Mapping[str, ScriptInfo]],
        show: Callable[[str], None],
        show_made: Callable[[str], None],
    ) -> None:
        super().__init__(documents)
        self._engine = context.session.engine
        self._drafts = self._engine.scripts.drafts
        self._documents = documents
        self._bar, self._infos, self._show, self._show_made = bar, infos, show, show_made
        self._work = Work(context.operations, context.notify, self)
        self._notify = context.notify
        self._kept: dict[str, int] = {}  # revision that is written down, by key
        self._waiting: dict[str, Draft] = {}  # for the text of their script
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._keep)
        if self._engine.is_read_only:
            return
        documents.opened.connect(self._watch)
        documents.changed.connect(lambda _key: self._look_soon())
        documents.dropped.connect(self._on_dropped)
        documents.loaded.connect(self._on_loaded)
        context.session.closing.connect(self._give_up)
        self._work.run(self._drafts.all, done=self._offer)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    # keeping

    def _watch(self, key: str) -> None:
        document = self._documents.get(key)
        if document is not None:
            document.editor.edited.connect(self._look_soon)

    def _look_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_dropped(self, key: str) -> None:
        """What is written down is of no text any more."""
        if key in self._kept:
            self._kept[key] = -1
            self._look_soon()

    def _keep(self) -> None:
        """One file after the other: of a write and what comes after it, another one or the file's end, the
        later must win.
        """
        if not self._work.is_settled:
            self._timer.start()
            return
        for key in self._kept:
            kept = self._documents.get(key)
            if kept is None or not kept.is_modified:
                self._drop(key)
                return
        for document in self._documents.all():
            revision = document.editor.revision
            if document.is_modified and self._kept.get(document.key) != revision:
                self._write(document, revision)
                return

    def _write(self, document: ScriptDocument, revision: int) -> None:
        info, text, base = document.info, document.editor.text(), document.disk or ""
        self._kept[document.key] = revision
        self._work.run(
            lambda: self._drafts.keep(info.kind, info.name, text, base),
            done=lambda _: self._look_soon(),
            failed=self._say_once,
        )

    def _say_once(self, reason: str) -> None:
        """The disk is full: said once, not at every key."""
        if not self._has_failed:
            self._has_failed = True
            self._notify.error("What is not saved cannot be kept for a crash", reason)

    def _drop(self, key: str) -> None:
        """The text of a script is saved, or given up."""
        del self._kept[key]
        kind, _, name = key.partition("/")
        self._work.run(lambda: self._drafts.drop(kind, name), done=lambda _: self._look_soon())

    def _give_up(self) -> None:
        """The site is closed: whoever did that has said what becomes of the texts."""
        self._timer.stop()
        for key in self._kept:
            kind, _, name = key.partition("/")
            try:
                self._drafts.drop(kind, name)
            except KnownError as error:
                self._notify.error("A draft stays", str(error))

    # offering

    def _offer(self, found: tuple[Draft, ...]) -> None:
        if not found:
            return
        names, infos = _names(found), self._infos()
        gone = _names([one for one in found if _key(one) not in infos])
        words = "Restoring changes no file: the text comes back into the editor."
        if gone:
            words = f"Of {gone} the file was deleted since: restoring makes it again."
        moment = datetime.fromtimestamp(found[0].time)
        self._bar.say(
            "warning",
            f"Not saved when the console ended: {names}",
            f"Typed until {moment:%H:%M} on {moment:%Y-%m-%d}. {words}",
            (
                ("Restore", lambda: self._restore(found)),
                ("Discard", lambda: self._discard(found)),
            ),
            can_close=False,
        )

    def _discard(self, found: tuple[Draft, ...]) -> None:
        self._bar.hide()
        for one in found:
            if _key(one) not in self._kept:
                self._work.run(lambda one=one: self._drafts.drop(one.kind, one.name))  # type: ignore[misc]

    def _restore(self, found: tuple[Draft, ...]) -> None:
        self._bar.hide()
        infos = self._infos()
        for one in found:
            info = infos.get(_key(one))
            if info is None:
                self._make_again(one)
                continue
            self._waiting[_key(one)] = one
            document = self._documents.open(info)
            if document.disk is not None:
                self._on_loaded(document.key)
        known = [_key(one) for one in found if _key(one) in infos]
        if known:
            self._show(known[0])

    def _on_loaded(self, key: str) -> None:
        document, draft = self._documents.get(key), self._waiting.pop(key, None)
        if document is not None and draft is not None:
            self._documents.restore(document, draft.text, draft.base)
            self._look_soon()

    def _make_again(self, one: Draft) -> None:
        """Its file is gone since."""

        def made(_info: ScriptInfo) -> None:
            self._show_made(_key(one))
            self._work.run(lambda: self._drafts.drop(one.kind, one.name))

        self._work.run(lambda: self._engine.scripts.create(one.name, one.kind, one.text), done=made)


def _names(drafts: Sequence[Draft]) -> str:
    return ", ".join(one.name for one in drafts[:6]) + ("…" if len(drafts) > 6 else "")


def _key(draft: Draft) -> str:
    """As ``record.key_of`` names the script."""
    return f"{draft.kind}/{draft.name.lower() if draft.kind == 'command' else draft.name}"
