"""SQL of scripts: what it may do, and the rows of goop.orm."""
