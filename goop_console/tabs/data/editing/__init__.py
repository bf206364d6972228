"""Changing rows: cells, a form, the clipboard, undo, and what others changed meanwhile."""
