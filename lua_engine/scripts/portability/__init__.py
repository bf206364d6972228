"""What works here and not on Goop2, and the other way round: Goop2 runs gopher-lua, this program Lua 5.2."""
