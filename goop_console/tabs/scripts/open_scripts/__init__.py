"""Which scripts are open, as tabs over the editor."""
