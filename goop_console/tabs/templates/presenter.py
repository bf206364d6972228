"""Connects the site's templates to the gallery, and the gallery to plans."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from goop_console.services.refresher import Refresher
from goop_console.services.work import Work
from goop_console.tabs.tab import TabContext
from goop_console.tabs.templates.drops import ARCHIVES
from goop_console.tabs.templates.entries import INSTALLED, TEMPLATES, CommandOffer, Entry, categories
from goop_console.tabs.templates.export_presenter import ExportPresenter
from goop_console.tabs.templates.flow import FlowPresenter
from goop_console.tabs.templates.intents import ChangeSite, add_commands, go_back, install
from goop_console.tabs.templates.site_state import Bundle, SiteState, make_entries, read_bundle, read_site
from goop_console.tabs.templates.view import TemplatesView
from goop_console.tabs.templates.words import READ_ONLY
from lua_engine import Backup, KnownError, Template, read_template

_PICTURE = 18


class TemplatesPresenter(QObject):
    """Reads the gallery, follows the site, opens plans."""

    def __init__(self, context: TabContext, view: TemplatesView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._bundle: Bundle | None = None
        self._site: SiteState | None = None
        self._disk: dict[str, Template] = {}
        self._link = ""
        self.flow = FlowPresenter(context, view)
        self.export = ExportPresenter(context, view.export, self.read_from_disk)
        self._work = Work(context.operations, context.notify, self)
        self._refresher = Refresher(context.operations, self._read, parent=self)
        self._refresher.read.connect(self._on_read)
        self._refresher.failed.connect(self._on_read_failed)
        self._connect()
        self.load()

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        view.gallery.chosen.connect(self._on_chosen)
        view.gallery.activated.connect(self.plan_current)
        view.gallery.state_action.connect(self._on_state_action)
        view.gallery.folder_requested.connect(self._choose_folder)
        view.gallery.archive_requested.connect(self._choose_archive)
        view.gallery.export_requested.connect(self.begin_export)
        view.details.action_requested.connect(self.plan_current)
        view.export.left.connect(lambda: view.show_page(view.gallery_page))
        session.closing.connect(self._refresher.stop)
        session.template_changed.connect(self._refresher.read_soon)
        session.scripts_changed.connect(self._refresher.read_soon)
        session.data_changed.connect(self._on_data_changed)
        self.flow.finished.connect(self.load)

    # the gallery

    def load(self) -> None:
        """Read what the gallery shows of the site, and the bundle the first time."""
        self._refresher.read_now()

    def _read(self) -> tuple[Bundle, SiteState]:
        return self._bundle or read_bundle(), read_site(self._engine)

    def refresh(self) -> None:
        """Read everything again, the bundle too."""
        self._bundle = None
        self.load()

    def _on_read(self, found: tuple[Bundle, SiteState]) -> None:
        self._bundle, self._site = found
        self._show()
        self._say_problems(self._site.problems)

    def _on_read_failed(self, error: Exception) -> None:
        self._view.gallery.show_state("The gallery cannot be read", str(error), "Try again")
        if not isinstance(error, KnownError):
            self._context.notify.exception(error)

    def _show(self) -> None:
        if self._bundle is None or self._site is None:
            return
        gallery = self._view.gallery
        entries = make_entries(self._bundle, self._site, tuple(self._disk.values()))
        if not gallery.wanted:
            gallery.select(next((one.key for one in entries if one.mark == INSTALLED), ""))
        gallery.set_entries(entries)
        if self._link:
            self._follow_link()

    def _follow_link(self) -> None:
        wanted, self._link = self._link, ""
        entries = self._view.gallery.model.entries
        found = next(
            (one.key for one in entries if wanted in (one.key, one.key.partition("/")[2], one.title)), ""
        )
        if found:
            self._view.gallery.select(found)
        else:
            self._context.notify.info(f"There is no template {wanted}.")

    def open_link(self, name: str) -> None:
        """Choose the entry with the key or title ``name``."""
        self._link = name
        self._view.show_page(self._view.gallery_page)
        if not self._refresher.is_reading:
            self._show()

    def _say_problems(self, problems: tuple[str, ...]) -> None:
        """A template from disk that was refused stays said."""
        bar, title = self._view.problem, "Part of the gallery cannot be read"
        if problems:
            bar.say("warning", title, "\n".join(problems), can_copy=True)
        elif bar.title.text() == title:
            bar.hide()

    def _on_chosen(self, entry: Entry | None) -> None:
        self._view.details.show_entry(entry, READ_ONLY if self._engine.is_read_only else "")

    def _on_state_action(self) -> None:
        if self._bundle is None:
            self._view.gallery.show_state("Reading the gallery…", "")
            self.load()
        else:
            self._view.gallery.clear_filters()

    def _on_data_changed(self, tables: tuple[str, ...], origin: str) -> None:
        """Another program may have installed something."""
        if not tables or "_meta" in tables or origin == "template":
            self._refresher.read_soon()

    # plans

    def plan_current(self) -> None:
        """Make the plan of what is chosen."""
        entry = self._view.gallery.current
        if entry is not None and self._view.details.primary.isEnabled():
            if self._view.problem.property("severity") == "error":
                self._view.problem.hide()
            self.flow.begin(self._intent(entry))

    def _intent(self, entry: Entry) -> ChangeSite:
        offer = entry.offer
        if isinstance(offer, Backup):
            return go_back(self._engine, offer.id)
        if isinstance(offer, CommandOffer):
            return add_commands(self._engine, offer.name, dict(offer.commands))
        return install(self._engine, offer, bundled=entry.section == TEMPLATES)

    # from disk

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self._view, "Open a template folder", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open_dialog(dialog)

    def _choose_archive(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in ARCHIVES)
        dialog = QFileDialog(
            self._view, "Open a template archive", str(Path.home()), f"Templates ({patterns})"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_dialog(dialog)

    def _open_dialog(self, dialog: QFileDialog) -> None:
        """Ask without stopping anything."""
        dialog.fileSelected.connect(lambda name: self.read_from_disk(Path(name)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def read_from_disk(self, path: Path) -> None:
        """Read the template at ``path``, put it into the gallery and choose it;
        say why not, if it is none.
        """
        if self._view.page is self._view.progress:
            self._context.notify.info(f"{path.name} was not read: a change of the site is under way.")
            return
        self._work.run(
            lambda: read_template(path),
            done=self._on_disk_read,
            failed=lambda reason: self._on_disk_failed(path, reason),
        )

    def _on_disk_read(self, template: Template) -> None:
        self._disk[template.key] = template
        self._view.problem.hide()
        self._view.show_page(self._view.gallery_page)
        self._link = f"disk/{template.key}"
        self._show()

    def _on_disk_failed(self, path: Path, reason: str) -> None:
        self._view.show_page(self._view.gallery_page)
        self._view.problem.say(
            "error",
            f"{path.name} cannot be used as a template",
            reason,
            can_copy=True,
        )

    # export

    def begin_export(self) -> None:
        """Show the form for a new template."""
        known = categories(
            [one for one in self._view.gallery.model.entries if isinstance(one.offer, Template)]
        )
        self.export.begin(known, lambda: self._view.show_page(self._view.export))

    # for the tab

    def confirm(self) -> None:
        """Ctrl+Enter: what the primary button of the page does."""
        view = self._view
        if view.page is view.gallery_page:
            self.plan_current()
        elif view.page is view.plan:
            self.flow.carry_out()
        elif view.page is view.export:
            self.export.write()
        elif view.page is view.error:
            self.flow.plan_again()
        elif view.page is view.result:
            self.flow.leave()

    @property
    def is_settled(self) -> bool:
        is_at_rest = self._refresher.is_settled and self._work.is_settled
        busy = self.flow.is_busy or self.export.is_busy
        return self._view.gallery.filter.is_settled and is_at_rest and not busy

    def save_state(self) -> dict[str, Any]:
        """The chosen entry and the filters, as plain JSON data."""
        gallery = self._view.gallery
        return {
            "chosen": gallery.wanted,
            "filter": gallery.filter.text(),
            "category": gallery.category.currentData() or "",
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave; what does not fit any more is left out."""
        texts = {
            name: value
            for name in ("chosen", "filter", "category")
            if isinstance(value := state.get(name), str)
        }
        gallery = self._view.gallery
        gallery.filter.set_text(texts.get("filter", ""))
        gallery.want_category(texts.get("category", ""))
        if texts.get("chosen"):
            gallery.select(texts["chosen"])
