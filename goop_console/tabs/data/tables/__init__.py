"""Which tables there are, what each is, and who may do what."""
