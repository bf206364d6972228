"""The debugger in the Lua Scripts tab: the panel below the editor, and what it does."""
