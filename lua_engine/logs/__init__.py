"""The log on disk: every line and every call, for days, searched in milliseconds."""
