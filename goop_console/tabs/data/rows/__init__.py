"""The grid of the open table's rows: reading, filters, layout, copying."""
