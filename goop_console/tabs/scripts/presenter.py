"""What the Lua Scripts tab does: shows how the scripts fare, and opens, saves and links them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from goop_console.tabs.scripts.dashboard.list_presenter import ListPresenter
from goop_console.tabs.scripts.files.files_presenter import READ_ONLY, FilesPresenter
from goop_console.tabs.scripts.files.starts import FUNCTION
from goop_console.tabs.scripts.links import ScriptLinks
from goop_console.tabs.scripts.open_scripts.open_tabs import OpenTabs
from goop_console.tabs.scripts.record import key_of
from goop_console.tabs.scripts.text.disk_question import DiskQuestion
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.text.places import Places
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor.editor import CodeEditor
from lua_engine import ScriptInfo


class ScriptsPresenter(QObject):
    """Every script in the list, one of them in the editor."""

    def __init__(self, context: TabContext, view: ScriptsView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._infos: dict[str, ScriptInfo] = {}
        self._current: str | None = None
        self._said = ""
        self._is_reloading = False
        self._is_closed = False
        self.places = Places()
        self._lacks: tuple[str, ...] = ()
        self.documents = ScriptDocuments(context, view.pane, self)
        self.files = FilesPresenter(context, view)
        self.list = ListPresenter(context, view, self.documents, lambda: self._current)
        self.links = ScriptLinks(context, view, self.documents)
        self.tabs = OpenTabs(view, self.documents, self.places)
        self._question = DiskQuestion(view, self.documents, self.save, self._discard)
        view.header.set_read_only(READ_ONLY if self._engine.is_read_only else "")
        self._connect()
        self.read()

    def _connect(self) -> None:
        session, view = self._context.session, self._view
        session.scripts_changed.connect(lambda _: self.read())
        session.config_changed.connect(self.read)
        self.list.shown.connect(self._show_header)
        session.closing.connect(self._on_closing)
        view.list.chosen.connect(self._on_chosen)
        view.list.delete_requested.connect(self.delete)
        view.header.delete_requested.connect(lambda: self.delete(self._current or ""))
        self.files.left.connect(self.list.show)
        self.files.created.connect(self.show_created)
        self.files.deleted.connect(self._on_deleted)
        view.list.opened.connect(self._on_opened)
        view.header.save_requested.connect(self.save)
        view.header.call_requested.connect(self.go_to_calls)
        view.header.logs_requested.connect(self.go_to_logs)
        view.header.folder_requested.connect(lambda: self._follow(self.links.to_folder))
        view.header.error_requested.connect(self._go_to_last_error)
        view.empty.action_triggered.connect(
            self.reload if self._engine.is_read_only else self.files.start_new
        )
        self.tabs.shown.connect(self._on_tab)
        self.documents.changed.connect(self._on_document_changed)
        self.documents.loaded.connect(self._on_loaded)
        self.documents.dropped.connect(self._on_dropped)

    # reading

    def read(self) -> None:
        """Take over what the engine knows now."""
        self._infos = {key_of(info): info for info in self._engine.scripts.all()}
        self.documents.set_infos(self._infos)
        self.list.set_infos(self._infos)
        self.tabs.set_infos(self._infos)
        self._view.list.set_ignored([str(problem) for problem in self._engine.scripts.problems()])
        self._view.form.set_infos(tuple(self._infos.values()))
        self._say_lacks()
        self.list.show()
        if self._current is None and not self.tabs.has_closed_all:
            self._show_first()
        self._show_current()

    def _say_lacks(self) -> None:
        """What keeps the site from being all it should be, said once: a bar that was dismissed stays away
        until it is something else.
        """
        lacks = self._engine.site.problems()
        if lacks != self._lacks:
            self._lacks = lacks
            self._view.show_lacks(lacks)

    def reload(self) -> None:
        """Have the engine read goop.json and every script again."""
        if self._is_reloading:
            return
        self._is_reloading = True
        self._context.operations.run(
            self._engine.scripts.reload,
            owner=self,
            done=lambda _: self._on_reloaded(),
            failed=self._on_not_reloaded,
        )

    def look_at_disk(self) -> None:
        """A person comes back to this window, perhaps from another editor."""
        if not self._is_closed:
            self.documents.look_at_disk()

    def _on_closing(self) -> None:
        self._is_closed = True

    def _on_reloaded(self) -> None:
        self._is_reloading = False
        self.read()

    def _on_not_reloaded(self, error: Exception) -> None:
        self._is_reloading = False
        self._context.notify.exception(error)

    def _show_first(self) -> None:
        wanted = (
            self.places.selected
            if self.places.selected in self._infos
            else next(iter(self.list.keys()), None)
        )
        if wanted is not None:
            self.show_script(wanted, keep=False)

    # the script in view

    @property
    def current(self) -> ScriptDocument | None:
        """The document in the editor."""
        return self.documents.get(self._current) if self._current is not None else None

    def show_script(self, key: str, *, keep: bool = True) -> None:
        """Bring a script into the editor; its text may come a moment later. Without ``keep`` its tab is a
        preview, which the next script that is looked at takes over.
        """
        document = self.documents.get(key)
        if document is None:
            if key not in self._infos:
                return
            document = self.documents.open(self._infos[key])
        self._current, self._said = key, document.message
        self.tabs.open(key, keep=keep)
        self._view.pane.show_editor(document.editor)
        self._view.pane.setAccessibleName(f"Source of {document.info.name}")
        self._view.list.select(key)
        self._view.show_scripts(has_current=True)
        self._show_current()

    def _on_chosen(self, key: str) -> None:
        self._leave_pages()
        self.show_script(key, keep=False)

    def _leave_pages(self) -> None:
        """The script is wanted, not what stands in its place."""
        self.files.close_form()
        self._view.hide_everywhere()

    def _on_tab(self, key: str) -> None:
        """A tab was chosen, or the last one was closed."""
        self._leave_pages()
        if key:
            self.show_script(key, keep=key != self.tabs.list.preview)
            if not self._view.strip.hasFocus():
                self._view.pane.focus_editor()
        else:
            self._current = None
            self._view.list.select(None)
            self._view.show_scripts(has_current=False)

    def _on_loaded(self, key: str) -> None:
        document, place = self.documents.get(key), self.places.take(key)
        edited, closed = self.files.take_edited(key), self.tabs.take_edited(key)
        edited = closed if edited is None else edited
        if document is not None and edited is not None:
            document.editor.replace_text(edited)
        if document is not None and place is not None:
            document.editor.go_to_line(*place)

    def _on_document_changed(self, key: str) -> None:
        self.list.show_soon()
        if key == self._current:
            self._show_current()

    def _on_dropped(self, key: str) -> None:
        if key == self._current:
            self._current = None

    def _show_current(self) -> None:
        document = self.current
        if document is None:
            return
        self._show_header()
        self._view.set_message(document.message, is_bad=document.is_message_bad)
        if document.message != self._said:
            self._said = document.message
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self._view.message, document.message)
            )
        self._question.show(document)

    def _show_header(self) -> None:
        document = self.current
        if document is not None:
            can_save = document.is_modified and not document.is_saving
            self._view.header.show_record(self.list.record(document.key), can_save=can_save)

    def _discard(self, document: ScriptDocument) -> None:
        self.documents.forget(document)
        self.read()

    # making and taking away

    def delete(self, key: str) -> None:
        """Delete the file of a script; it can be brought back."""
        document = self.documents.get(key)
        if key in self._infos and not (document is not None and document.is_saving):
            self.files.delete(self._infos[key], document)

    def _on_deleted(self, key: str) -> None:
        """Its neighbour takes its place, in the list too if the keyboard is there."""
        document, following = self.documents.get(key), self._view.list.neighbour(key)
        if document is not None:
            self.documents.forget(document)
        if self._current is None and following is not None:
            self.show_script(following)
        self.read()

    def show_created(self, key: str) -> None:
        """A script is new here: bring it into view."""
        self.read()
        self._view.list.select(key, reveal=True)
        self.show_script(key)
        document = self.current
        if document is not None and document.disk is not None:
            self._on_loaded(key)  # its text was here before the answer was
        self._view.pane.focus_editor()

    # saving

    def save(self) -> None:
        """Save the script in view."""
        document = self.current
        if document is None:
            return
        if self._engine.is_read_only:
            self._context.notify.info(READ_ONLY)
            return
        if not document.is_modified:
            self._say(document, "No changes to save")
            return
        self.documents.save(document)

    def save_all(self) -> None:
        """Save every script that has changes."""
        for document in self.documents.modified():
            self.documents.save(document)

    def unsaved(self) -> tuple[str, ...]:
        return tuple(f"{one.info.name} ({one.info.kind})" for one in self.documents.modified())

    def _say(self, document: ScriptDocument, text: str) -> None:
        if not document.editor.isReadOnly():
            document.message, document.is_message_bad = text, False
            self._show_current()

    # links

    def open_target(self, target: Mapping[str, Any]) -> None:
        """Show ``name`` (of ``kind``, or a function first) at ``line``; ``new``: ask whether to make it."""
        name, kind, line = str(target.get("name", "")), str(target.get("kind", "")), target.get("line")
        name = name.removesuffix(".lua")
        kinds = (kind,) if kind else ("function", "command")
        keys = [f"{one}/{name.lower() if one == 'command' else name}" for one in kinds]
        key = next((one for one in keys if one in self._infos or self.documents.get(one)), None)
        if key is None and target.get("new") is True:
            self.files.start_new(name, kind or FUNCTION)
            return
        if key is None:
            self._context.notify.info(f"There is not a script named {name}")
            return
        self._go_to(key, line if isinstance(line, int) and line > 0 else 0)

    def _go_to(self, key: str, line: int) -> None:
        self._leave_pages()
        self._view.list.select(key, reveal=True)
        self.show_script(key)
        document = self.current
        if document is not None and line:
            if document.disk is None:
                self.places.put(key, (line, 0))
            else:
                document.editor.go_to_line(line)
        self._view.pane.focus_editor()

    def _on_opened(self, at_error: bool) -> None:
        self.tabs.keep(self._current or "")
        if self._current is not None and at_error and self.list.record(self._current).tally.error:
            self._go_to_last_error()
        else:
            self._view.pane.focus_editor()

    def _go_to_last_error(self) -> None:
        """To its line; an error without one (a refused call) is told in the log."""
        line = self.list.record(self._current).tally.line if self._current is not None else 0
        if self._current is not None and line:
            self._go_to(self._current, line)
        else:
            self.go_to_logs()

    def show_again(self) -> None:
        """The script in view, with the keyboard in it: what stood in its place was closed."""
        self._view.show_scripts(has_current=self._current is not None)
        self._view.pane.focus_editor()

    def current_key(self) -> str:
        """The key of the script in view; empty for none."""
        return self._current or ""

    def current_editor(self) -> CodeEditor | None:
        """The editor in view."""
        return self.current.editor if self.current is not None else None

    def go_to(self, key: str, line: int) -> None:
        """Bring a script into the editor, at a line (0: where it was)."""
        if key != self._current or line:
            self._context.leave()
            self._go_to(key, line)

    def keep(self, key: str) -> None:
        """The next script that is looked at gets a tab of its own."""
        self.tabs.keep(key)

    def go_to_calls(self) -> None:
        """Call the script in view."""
        self._follow(self.links.to_calls)

    def go_to_logs(self) -> None:
        """The log lines of the script in view."""
        self._follow(self.links.to_logs)

    def _follow(self, link: Callable[[ScriptDocument], None]) -> None:
        if self.current is not None:
            link(self.current)

    # state

    @property
    def is_settled(self) -> bool:
        return (
            not self._is_reloading
            and self.documents.is_settled
            and self.list.is_settled
            and self.files.is_settled
        )

    def save_state(self) -> dict[str, Any]:
        places = {one.key: one.editor.place() for one in self.documents.all() if one.disk is not None}
        return {**self.places.as_state(self._current, places), "tabs": self.tabs.list.as_state()}

    def return_to(self, state: Mapping[str, Any]) -> None:
        """Back to the script and the line that ``save_state`` told of; the tabs stay as they are."""
        stop = Places()
        stop.take_state(state)
        line, _column = stop.take(stop.selected) or (0, 0)
        if stop.selected in self._infos:
            self._go_to(stop.selected, line)

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.places.take_state(state)
        self.tabs.take_state(state.get("tabs"))
        for document in self.documents.all():
            place = self.places.take(document.key) if document.disk is not None else None
            if place is not None:
                document.editor.go_to_line(*place)
        if self.places.selected in self._infos and not self.tabs.has_closed_all:
            self.show_script(self.places.selected, keep=self.places.selected != self.tabs.list.preview)
