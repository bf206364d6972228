"""Ways from a script to elsewhere: to the Call Tester, to its log lines, to its folder."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext


class ScriptLinks:
    """A call of a script that is not saved is not made without a word."""

    def __init__(self, context: TabContext, view: ScriptsView, documents: ScriptDocuments) -> None:
        self._context, self._view, self._documents = context, view, documents
        self._call_when_saved = ""  # key of a script that is called once it is saved
        documents.changed.connect(self._on_document_changed)

    def to_calls(self, document: ScriptDocument) -> None:
        """Call it; say it when what is in view is not what would run."""
        if not document.is_modified or self._context.session.engine.is_read_only:
            self._call(document)
            return
        self._view.notice.say(
            "warning",
            f"{document.info.name} has changes that are not saved",
            "A call runs the version on disk.",
            [
                ("Save and call", lambda: self._save_and_call(document)),
                ("Call it as saved", lambda: self._call_saved(document)),
            ],
        )

    def to_logs(self, document: ScriptDocument) -> None:
        """Its lines in the log."""
        self._context.navigate("logs", script=document.info.name)

    def to_folder(self, document: ScriptDocument) -> None:
        """The folder that its file lies in."""
        folder = document.info.path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._context.notify.info(f"The folder is {folder}")

    def _save_and_call(self, document: ScriptDocument) -> None:
        self._view.notice.hide()
        self._call_when_saved = document.key
        self._documents.save(document)

    def _call_saved(self, document: ScriptDocument) -> None:
        self._view.notice.hide()
        self._call(document)

    def _on_document_changed(self, key: str) -> None:
        document = self._documents.get(key)
        if key == self._call_when_saved and document is not None and not document.is_saving:
            self._call_when_saved = ""
            if not document.is_modified:
                self._call(document)

    def _call(self, document: ScriptDocument) -> None:
        name = document.info.name
        target = {"function": name} if document.info.kind == "function" else {"text": f"!{name} "}
        self._context.navigate("calls", **target)
