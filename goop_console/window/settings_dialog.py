"""Site settings: the label of the profile, the ``lua`` section of goop.json, and how much of the log the
console keeps, within their bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets.polish import set_look
from goop_console.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from lua_engine import LogLimits, SiteSettings

_MOST = 1_000_000  # a bound for the fields that have none of their own

# key, label, help; the kind of field follows from the value
_TEXTS = {
    "profile.label": ("Your &name", "What visitors see: goop.self.label"),
    "lua.enabled": ("&Lua is on", "Scripts run only while this is on"),
    "lua.script_dir": ("Script &folder", "Relative to the site folder"),
    "lua.timeout_seconds": ("&Time limit", "How long a call may take"),
    "lua.max_memory_mb": ("&Memory limit", "How much memory a call may use"),
    "lua.rate_limit_per_peer": (
        "Calls for each &visitor",
        "For each script and minute, unless the script says @rate_limit",
    ),
    "lua.rate_limit_global": ("Calls in &all", "For the whole site and minute"),
    "lua.http_enabled": ("goop.&http is on", "Scripts may send HTTP requests"),
    "lua.kv_enabled": ("goop.&kv is on", "Scripts may store small values"),
    "log.days": ("&Days in the log", "The console keeps lines and calls for so long"),
    "log.megabytes": ("&Size of the log", "The oldest lines go when the file is larger"),
    "history.keeps_secrets": (
        "&Passwords in the history",
        "Keep what stands under names such as password, token or secret; off: it is hidden",
    ),
}
_HEADINGS = {"lua.enabled": "Lua scripts", "log.days": "What the console keeps"}
_UNITS = {
    "lua.timeout_seconds": " s",
    "lua.max_memory_mb": " MB",
    "lua.rate_limit_per_peer": " a minute",
    "lua.rate_limit_global": " a minute",
    "log.days": " days",
    "log.megabytes": " MB",
}
Bounds = dict[str, tuple[int, int]]


class SettingsDialog(QDialog):
    """``save_requested(changes)`` hands over the keys that differ from what was read; the dialog stays until
    it is told how that went.
    """

    save_requested = Signal(object)

    def __init__(
        self,
        settings: SiteSettings,
        limits: LogLimits,
        keeps_secrets: bool,
        bounds: Bounds,
        *,
        is_read_only: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Site settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._values = values_of(settings, limits, keeps_secrets)
        self._bounds = bounds
        self.fields: dict[str, QWidget] = {}
        self._problems: dict[str, QLabel] = {}
        self.problem = self._label("", "error-text")
        self.note = self._label(
            "This site is open read-only: nothing can be changed." if is_read_only else "", "muted"
        )
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setProperty("role", "primary")
        self.buttons.accepted.connect(self._on_save)
        self.buttons.rejected.connect(self.reject)
        self._is_read_only = is_read_only
        self._build(settings.email)
        self._show_changes()

    def _build(self, email: str) -> None:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(16, 16, 16, 8)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(10)
        for key, (text, help_text) in _TEXTS.items():
            if key in _HEADINGS:
                self._add_heading(form, _HEADINGS[key])
            self._add_field(form, key, text, help_text)
            if key == "profile.label":
                form.addRow("E-mail", self._label(email or "none; Goop2 keeps it", "muted"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 16)
        box.addWidget(scroll, 1)
        for widget in (self.note, self.problem, self.buttons):
            widget.setContentsMargins(16, 0, 16, 0)
            box.addWidget(widget)
        self.resize(600, 660)

    def _add_heading(self, form: QFormLayout, text: str) -> None:
        heading = QLabel(text)
        heading.setProperty("role", "heading")
        form.addRow(heading)

    def _add_field(self, form: QFormLayout, key: str, text: str, help_text: str) -> None:
        value = self._values[key]
        field, changed = self._field(key, value)
        field.setAccessibleName(text.replace("&", ""))
        field.setAccessibleDescription(help_text)
        field.setEnabled(not self._is_read_only)
        changed.connect(lambda *_: self._show_changes())  # type: ignore[attr-defined]  # a bound signal
        self.fields[key] = field
        below = self._problems[key] = self._label(help_text, "muted")
        cell = QWidget()
        box = QVBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(field)
        box.addWidget(below)
        label = QLabel(text)
        label.setBuddy(field)
        form.addRow(label, cell)

    def _field(self, key: str, value: Any) -> tuple[QWidget, object]:
        if isinstance(value, bool):
            box = QCheckBox("On")
            box.setChecked(value)
            return box, box.toggled
        if isinstance(value, int):
            low, high = self._bounds[key]
            spin = SpinBox()
            spin.setRange(low, high)
            spin.setSuffix(_UNITS.get(key, ""))
            spin.setGroupSeparatorShown(True)
            spin.setValue(value)
            spin.setToolTip(f"{low:,} to {high:,}" if high < _MOST else f"at least {low}")
            return spin, spin.valueChanged
        line = QLineEdit(str(value))
        line.setMaxLength(200)
        return line, line.textChanged

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setVisible(bool(text))
        return label

    def changes(self) -> dict[str, Any]:
        """The keys whose fields say something else than what was read."""
        return {key: now for key, field in self.fields.items() if (now := _value(field)) != self._values[key]}

    def set_settings(self, settings: SiteSettings, limits: LogLimits, keeps_secrets: bool) -> None:
        """goop.json was changed elsewhere: fields that nobody has touched follow, the others stay as they are
        typed.
        """
        touched, now = self.changes(), values_of(settings, limits, keeps_secrets)
        self._values = now
        for key, field in self.fields.items():
            if key not in touched:
                _set_value(field, now[key])
        self._show_changes()

    def show_problem(self, text: str) -> None:
        """It was not saved: under the field that the message names, or below all."""
        for key, label in self._problems.items():
            named = key in text
            label.setText(text if named else _TEXTS[key][1])
            set_look(label, "role", "error-text" if named else "muted")
            if named:
                self.fields[key].setFocus()
                text = ""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self._show_changes()

    def _show_changes(self) -> None:
        self.save.setEnabled(bool(self.changes()) and not self._is_read_only)

    def _on_save(self) -> None:
        self.save.setEnabled(False)
        self.save_requested.emit(self.changes())


def values_of(settings: SiteSettings, limits: LogLimits, keeps_secrets: bool) -> dict[str, Any]:
    """Every key of the form with its value."""
    return {
        "profile.label": settings.label,
        **{f"lua.{key}": value for key, value in asdict(settings.lua).items()},
        "log.days": limits.days,
        "log.megabytes": limits.megabytes,
        "history.keeps_secrets": keeps_secrets,
    }


def bounds_of(settings: SiteSettings, limits: LogLimits) -> Bounds:
    """The least and the largest value of every number, as the engine declares them."""
    found: Bounds = {f"log.{name}": bounds for name, bounds in limits.bounds().items()}
    lua = settings.lua.bounds().items()
    return found | {f"lua.{name}": (low, _MOST if high is None else high) for name, (low, high) in lua}


def _value(field: QWidget) -> Any:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QSpinBox):
        return field.value()
    return field.text() if isinstance(field, QLineEdit) else None


def _set_value(field: QWidget, value: Any) -> None:
    setters: tuple[tuple[type, Callable[..., object]], ...] = (
        (QCheckBox, lambda: field.setChecked(value)),  # type: ignore[attr-defined]
        (QSpinBox, lambda: field.setValue(value)),  # type: ignore[attr-defined]
        (QLineEdit, lambda: field.setText(value)),  # type: ignore[attr-defined]
    )
    next(setter for kind, setter in setters if isinstance(field, kind))()
