"""How the controls look: Qt's Fusion style with our own drawing for what Fusion draws otherwise.

There is no style sheet: Qt would match hundreds of rules against every widget at each change of theme or text
size and hold the window for seconds. A control is told apart by its Qt class and its ``role`` property
(``polish.py``); colours come from ``theming`` at the moment of painting, so another theme is one repaint.
"""

from goop_console.widgets.style import roles
from goop_console.widgets.style.style import ConsoleStyle

__all__ = ["ConsoleStyle", "roles"]
