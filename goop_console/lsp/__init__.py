"""The language server: what ``engine.language`` knows, for any editor that speaks LSP."""
