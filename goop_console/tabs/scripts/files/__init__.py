"""Making scripts, renaming them, taking them away and back."""
