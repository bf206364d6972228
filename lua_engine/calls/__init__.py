"""One call from the question to its result."""
