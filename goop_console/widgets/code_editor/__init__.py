"""The Lua editor: text field, colours, signs, find and replace."""

from goop_console.widgets.code_editor.diagnostics import Problem
from goop_console.widgets.code_editor.editor import CodeEditor
from goop_console.widgets.code_editor.pane import EditorPane

__all__ = ["CodeEditor", "EditorPane", "Problem"]
