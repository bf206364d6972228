"""Ctrl+P and Ctrl+Shift+P: anything of the site, and every command, by a few letters of its name."""
