"""A combo box that one types into: what fits is offered, and anything else may stand there too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter


def search_combo(name: str, placeholder: str) -> QComboBox:
    """An editable combo box whose list is searched for any part of a word."""
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    combo.setAccessibleName(name)
    completer = QCompleter(combo.model(), combo)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    combo.setCompleter(completer)
    for popup, words in ((completer.popup(), "what fits"), (combo.view(), "all")):
        if popup is not None:
            popup.setAccessibleName(f"{name}: {words}")
    _TabCompletes(combo, completer)
    line = combo.lineEdit()
    if line is not None:
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(name)
    return combo


class _TabCompletes(QObject):
    """Tab takes the best of what fits (what begins like it, else what has it somewhere), and goes on."""

    def __init__(self, combo: QComboBox, completer: QCompleter) -> None:
        super().__init__(combo)
        self._combo = combo
        self._completer = completer
        for widget in (combo, combo.lineEdit(), completer.popup()):
            if widget is not None:
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self._complete()
        return super().eventFilter(watched, event)

    def _complete(self) -> None:
        popup = self._completer.popup()
        if popup is not None and popup.isVisible() and popup.currentIndex().isValid():
            return  # a person chose one: Qt takes it
        typed = self._combo.currentText().strip().casefold()
        words = [self._combo.itemText(place) for place in range(self._combo.count())]
        if not typed or any(word.casefold() == typed for word in words):
            return
        fitting = [word for word in words if typed in word.casefold()]
        if fitting:
            best = min(fitting, key=lambda word: (not word.casefold().startswith(typed), len(word)))
            self._combo.setEditText(best)
