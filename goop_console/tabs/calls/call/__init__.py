"""The page of one call: who, what, with which params."""
