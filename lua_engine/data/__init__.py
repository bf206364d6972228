"""The owner's view of data.db: browsing, editing with undo, who wrote what, who may read what."""
