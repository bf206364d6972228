"""Ctrl+Shift+F: find and replace in all scripts."""
