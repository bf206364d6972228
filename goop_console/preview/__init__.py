"""The site in a real browser, as any visitor: served on this machine as Goop2 serves it, without a window."""
