"""Which tables there are, their columns, and pages of their rows."""
