"""What is asked over the editor when the disk and the editor have gone different ways."""

from __future__ import annotations

from collections.abc import Callable

from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.text.line_ends import without_returns
from goop_console.tabs.scripts.view import ScriptsView


class DiskQuestion:
    """``save`` writes the script in view; ``discard`` gives a document up whose file is gone."""

    def __init__(
        self,
        view: ScriptsView,
        documents: ScriptDocuments,
        save: Callable[[], None],
        discard: Callable[[ScriptDocument], None],
    ) -> None:
        self._view, self._documents = view, documents
        self._save, self._discard = save, discard
        self._shown: tuple[str, str | None, bool] | None = None  # script, text on disk, may not be written

    def show(self, document: ScriptDocument) -> None:
        """Ask about ``document``, once: asking again would take the keyboard from the answers."""
        is_refused = document.is_protected and document.is_modified
        is_open = document.theirs is not None or document.is_gone or is_refused
        question = (document.key, document.theirs, is_refused) if is_open else None
        if question == self._shown:
            return
        self._shown = question
        self._view.show_editor()
        if not is_open:
            self._view.disk_bar.hide()
        elif document.theirs is not None:
            self._ask_whose(document)
        elif document.is_gone:
            self._ask_about_deleted(document)
        else:
            self._ask_in_spite(document)

    def _ask_in_spite(self, document: ScriptDocument) -> None:
        def leave() -> None:
            document.is_protected = False
            self.show(document)

        self._view.ask_about_disk(
            "Write-protected",
            f"Nobody may write to {document.info.path.name}, so it was not saved. Your text is still here. "
            "Saved all the same, the file stays write-protected.",
            (
                ("Save all the same", lambda: self._documents.save(document, in_spite=True)),
                ("Not now", leave),
            ),
        )

    def _ask_about_deleted(self, document: ScriptDocument) -> None:
        self._view.ask_about_disk(
            "Deleted on disk",
            f"{document.info.path.name} is gone. Your text is still here.",
            (("Save it again", self._save), ("Discard my text", lambda: self._discard(document))),
        )

    def _ask_whose(self, document: ScriptDocument) -> None:
        self._view.ask_about_disk(
            "Changed on disk",
            f"{document.info.path.name} was changed by another program while you edited it. "
            "Nothing is lost yet.",
            (
                ("Keep mine", lambda: self._documents.keep_mine(document)),
                ("Load theirs", lambda: self._documents.load_theirs(document)),
                ("Merge…", self._view.merge_requested.emit),
                ("Compare", lambda: self._compare(document)),
            ),
        )

    def _compare(self, document: ScriptDocument) -> None:
        if document.theirs is not None:
            self._view.show_diff(
                document.editor.text(), without_returns(document.theirs), document.info.path.name
            )
