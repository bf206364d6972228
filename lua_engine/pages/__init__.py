"""What a page of the site may ask, without HTTP: Goop2's page side (``docs/pages.md``)."""
