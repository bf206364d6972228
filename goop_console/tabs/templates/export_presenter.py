"""Makes a template folder from this site."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from goop_console.tabs.tab import TabContext
from goop_console.tabs.templates.export_view import ExportView
from goop_console.widgets.wording import counted
from lua_engine import KnownError, write_template


class ExportPresenter(QObject):
    """``written(folder)`` is called when the person wants to see the new template in the gallery."""

    def __init__(self, context: TabContext, view: ExportView, written: Callable[[Path], None]) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._written = written
        self._last: Path | None = None
        self.is_busy = False
        view.browse_requested.connect(self._browse)
        view.write_requested.connect(self.write)
        view.show_requested.connect(self._show)

    def begin(self, categories: Sequence[str], shown: Callable[[], None]) -> None:
        """Read the tables, fill the form, then call ``shown``."""
        engine = self._context.session.engine
        self.is_busy = True

        def done(tables: tuple[str, ...]) -> None:
            self.is_busy = False
            label = engine.owner.name
            self._view.begin(f"{label}’s site" if label else "", categories, tables)
            shown()

        self._context.operations.run(
            lambda: tuple(table.name for table in engine.tables.infos() if table.kind == "orm"),
            owner=self,
            done=done,
            failed=self._on_tables_failed,
        )

    def _on_tables_failed(self, error: Exception) -> None:
        self.is_busy = False
        self._context.notify.exception(error)

    def _browse(self) -> None:
        """Ask for the folder around the new one, without stopping anything."""
        dialog = QFileDialog(self._view, "A folder for the new template", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _on_folder(self, name: str) -> None:
        """An empty folder is taken as it is; in another one the template gets a folder of its own."""
        folder = Path(name)
        is_used = folder.is_dir() and any(folder.iterdir())
        self._view.set_folder(folder / folder_name(self._view.name.text()) if is_used else folder)

    def write(self) -> None:
        """Write the template, or say in the form what is missing."""
        view = self._view
        problem = missing(view.name.text(), view.folder.text())
        if problem or self.is_busy:
            view.say_error(problem)
            return
        folder = Path(view.folder.text().strip()).expanduser()
        name, description = view.name.text().strip(), view.description.text().strip()
        category, icon, tables = (
            view.category.currentText().strip(),
            view.icon.text().strip(),
            view.chosen_tables(),
        )
        engine = self._context.session.engine

        def work() -> tuple[int, tuple[str, ...]]:
            files = engine.templates.export(name, description, category, icon, tables)
            write_template(files, folder)
            return len(files), files.left_out

        self.is_busy = True
        view.clear_error()
        view.set_busy(True)
        self._context.operations.run(
            work, owner=self, done=lambda written: self._on_written(folder, *written), failed=self._on_failed
        )

    def _on_written(self, folder: Path, count: int, left_out: tuple[str, ...]) -> None:
        self._finish()
        self._last = folder
        rest = f"\nLeft out: {'; '.join(left_out)}" if left_out else ""
        self._view.say_done(f"✓ Written: {counted(count, 'file')} in {folder}{rest}")

    def _on_failed(self, error: Exception) -> None:
        self._finish()
        self._view.say_error(str(error))
        if not isinstance(error, KnownError):
            self._context.notify.exception(error)

    def _finish(self) -> None:
        self.is_busy = False
        self._view.set_busy(False)

    def _show(self) -> None:
        if self._last is not None:
            self._written(self._last)


def folder_name(name: str) -> str:
    """A folder's name made from a template's."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "template"


def missing(name: str, folder: str) -> str:
    """What the form still needs, in a sentence; empty when nothing."""
    if not name.strip():
        return "Give the template a name."
    if not folder.strip():
        return "Choose a folder for the template."
    if not Path(folder.strip()).expanduser().is_absolute():
        return "Give an absolute path, or one that starts with ~."
    return ""
