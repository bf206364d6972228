"""The style itself: which part draws what. What is not named here Fusion draws, in our palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QListView,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QTreeView,
    QWidget,
)

from goop_console.widgets.foreign_text import marked
from goop_console.widgets.style import bars, buttons, fields, frames, ink, menus, roles, views
from goop_console.widgets.theming import color

_P, _C = QStyle.PrimitiveElement, QStyle.ControlElement
_X, _T = QStyle.ComplexControl, QStyle.ContentsType
_Role = QPalette.ColorRole
Draw = Callable[[Any, QPainter, QWidget | None], None]


def _nothing(_option: Any, _painter: QPainter, _widget: QWidget | None) -> None:
    """Not drawn at all."""


def _bare(draw: Callable[[Any, QPainter], None]) -> Draw:
    return lambda option, painter, _: draw(option, painter)


def _on_rect(draw: Callable[[QRect, QPainter], None]) -> Draw:
    return lambda option, painter, _: draw(option.rect, painter)


def _arrow(way: str) -> Draw:
    return lambda option, painter, _: ink.arrow(painter, option.rect, way)


_ARROWS = {
    _P.PE_IndicatorArrowDown: "down",
    _P.PE_IndicatorArrowUp: "up",
    _P.PE_IndicatorArrowLeft: "left",
    _P.PE_IndicatorArrowRight: "right",
}
_PRIMITIVES: dict[QStyle.PrimitiveElement, Draw] = {
    _P.PE_PanelButtonCommand: buttons.panel,
    _P.PE_PanelButtonTool: buttons.panel,
    _P.PE_FrameDefaultButton: _nothing,
    _P.PE_IndicatorCheckBox: _bare(fields.check),
    _P.PE_IndicatorItemViewItemCheck: _bare(fields.check),
    _P.PE_IndicatorRadioButton: _bare(fields.radio),
    _P.PE_PanelItemViewItem: views.item,
    _P.PE_PanelMenu: _on_rect(menus.panel),
    _P.PE_FrameMenu: _on_rect(menus.frame),
    _P.PE_PanelStatusBar: _on_rect(menus.status_bar),
    _P.PE_FrameStatusBarItem: _nothing,
    _P.PE_PanelTipLabel: _on_rect(menus.tip),
    _P.PE_FrameTabBarBase: _nothing,
    _P.PE_FrameTabWidget: _nothing,
    _P.PE_IndicatorTabClose: _bare(bars.tab_cross),
    **{element: _arrow(way) for element, way in _ARROWS.items()},
}
_CONTROLS: dict[QStyle.ControlElement, Draw] = {
    _C.CE_PushButtonLabel: buttons.label,
    _C.CE_HeaderSection: _bare(views.header_section),
    _C.CE_HeaderEmptyArea: _on_rect(views.header_ground),
    _C.CE_TabBarTabShape: _bare(bars.tab),
    _C.CE_ProgressBarGroove: _bare(bars.progress_groove),
    _C.CE_ProgressBarContents: _bare(bars.progress),
    _C.CE_ProgressBarLabel: _nothing,
    _C.CE_Splitter: _bare(bars.splitter),
    _C.CE_MenuBarItem: _bare(menus.bar_item),
    _C.CE_MenuBarEmptyArea: _on_rect(menus.bar_ground),
}


class ConsoleStyle(QProxyStyle):
    """Made once a process; ``QApplication.setStyle`` takes it over."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, target: Any) -> Any:  # three overloads in Qt: a widget, a palette, the application
        """Give a widget what its class and role ask for."""
        answer = super().polish(target)
        if isinstance(target, QWidget):
            roles.polish(target)
        return answer

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        draw = _PRIMITIVES.get(element)
        if draw is not None:
            draw(option, painter, widget)
        elif element == _P.PE_FrameFocusRect:
            self._draw_focus(option, painter, widget)
        elif element == _P.PE_PanelLineEdit:
            if isinstance(option, QStyleOptionFrame) and option.lineWidth > 0:
                fields.field(option.rect, ink.state_of(option), painter, widget)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def _draw_focus(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        if isinstance(widget, QAbstractItemView):
            views.cell_focus(option.rect, painter, widget)
        else:
            ink.box(painter, option.rect, None, color("accent"), radius=4)

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        draw = _CONTROLS.get(element)
        if draw is not None:
            draw(option, painter, widget)
        elif element == _C.CE_ShapedFrame:
            if not (isinstance(option, QStyleOptionFrame) and frames.shaped(option, painter, widget)):
                super().drawControl(element, option, painter, widget)
        elif element == _C.CE_ItemViewItem and not isinstance(widget, QTreeView):
            self._draw_cell(option, painter, widget)
        else:
            super().drawControl(element, _coloured(element, option, widget), painter, widget)

    def _draw_cell(self, option: Any, painter: QPainter, widget: QWidget | None) -> None:
        """Ground and focus line over the whole width, the content within its room."""
        whole, has_focus = QRect(option.rect), ink.state_of(option) & ink.FOCUS
        views.item(option, painter, widget)
        views.leave_room(option)
        if has_focus:
            option.state &= ~QStyle.StateFlag.State_HasFocus
        super().drawControl(_C.CE_ItemViewItem, option, painter, widget)
        if has_focus:
            views.cell_focus(whole, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        draws: dict[QStyle.ComplexControl, Draw] = {
            _X.CC_ComboBox: fields.combo,
            _X.CC_SpinBox: fields.spin,
            _X.CC_ScrollBar: _bare(bars.scroll_bar),
            _X.CC_ToolButton: self._draw_tool_button,
        }
        draw = draws.get(control)
        if draw is not None:
            draw(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _draw_tool_button(self, option: Any, painter: QPainter, widget: QWidget | None) -> None:
        buttons.panel(option, painter, widget)
        option.rect = buttons.tool_words(option.rect, widget)
        self.drawControl(_C.CE_ToolButtonLabel, option, painter, widget)

    def drawItemText(
        self,
        painter: QPainter,
        rect: QRect,
        flags: int,
        palette: QPalette | Qt.GlobalColor | QColor,
        enabled: bool,
        text: str,
        role: QPalette.ColorRole = QPalette.ColorRole.NoRole,
    ) -> None:
        """Labels, check boxes, headers and tabs show control characters and direction marks as marks."""
        super().drawItemText(painter, rect, flags, palette, enabled, marked(text), role)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        if control == _X.CC_ScrollBar:
            return bars.scroll_part(option, part)  # type: ignore[arg-type]  # Qt hands a QStyleOptionSlider
        if control == _X.CC_SpinBox:
            return fields.spin_part(option, part)
        if control == _X.CC_ComboBox and part == QStyle.SubControl.SC_ComboBoxEditField:
            return option.rect.adjusted(7, 1, -fields.ARROW, -1)
        return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # may be None

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        if kind == _T.CT_PushButton and isinstance(option, QStyleOptionButton):
            return buttons.size(option, size, widget)
        if kind == _T.CT_ToolButton:
            return buttons.tool_size(size, widget)
        if kind == _T.CT_LineEdit and not isinstance(
            widget.parent() if widget is not None else None, (QComboBox, QAbstractSpinBox)
        ):
            return size + fields.FIELD_ROOM
        if kind == _T.CT_ComboBox:
            return size + fields.COMBO_ROOM
        if kind == _T.CT_SpinBox:
            return QSize(size.width() + fields.ARROW + 14, size.height() + 8)
        if kind == _T.CT_ScrollBar:
            return (
                size.boundedTo(QSize(bars.EXTENT, size.height()))
                if size.width() < size.height()
                else size.boundedTo(QSize(size.width(), bars.EXTENT))
            )
        answer = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # may be None
        if kind == _T.CT_HeaderSection:
            return answer + views.HEADER_ROOM
        if kind == _T.CT_MenuBarItem:
            return answer + menus.TITLE_ROOM
        if kind == _T.CT_ItemViewItem and not isinstance(widget, QTreeView):
            height = views.LIST_ROOM if isinstance(widget, QListView) else 0
            return answer + QSize(2 * views.CELL_ROOM, height)
        return answer


def _coloured(element: QStyle.ControlElement, option: Any, widget: QWidget | None) -> Any:
    """``option`` with the colour of its words, where role or state give another than the palette's."""
    if element == _C.CE_ToolButtonLabel:
        name = buttons.words_color(buttons.look_of(widget), ink.state_of(option), widget)
        option.palette.setColor(_Role.ButtonText, color(name))
    elif element == _C.CE_HeaderLabel:
        option.palette.setColor(_Role.ButtonText, color("muted"))
        option.rect = option.rect.adjusted(views.CELL_ROOM, 0, -views.CELL_ROOM, 0)
        if not option.icon.isNull():
            option.text = f" {option.text}"  # Qt leaves two pixels between picture and words
    elif element == _C.CE_TabBarTabLabel:
        option.palette.setColor(_Role.WindowText, color(bars.tab_words(option)))
        option.state |= (
            QStyle.StateFlag.State_Selected
        )  # Fusion pushes the words of the others down, and cuts them
    return option


def _scroll_bar_size(size: QSize) -> QSize:
    """Thinner than Fusion's."""
    is_upright = size.width() < size.height()
    return QSize(bars.EXTENT, size.height()) if is_upright else QSize(size.width(), bars.EXTENT)
