"""Rows to a file and back."""
