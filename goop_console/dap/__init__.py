"""``goop-console dap``: the debugger for any editor that speaks the Debug Adapter Protocol."""
