"""The list of scripts as a dashboard: state, tables, and how the calls of the last hour went."""
