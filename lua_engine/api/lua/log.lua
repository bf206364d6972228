-- goop.log
local goop, host, guard = ...

-- As in Goop2, a line is a text. More than one is joined here; Goop2 writes the first alone.
local function pieces(level, first, ...)
  local line = guard.text_of(first)
  if not line then guard.misuse("goop.log." .. level, "text", "a string", first) end
  local rest = select("#", ...)
  if rest == 0 then return line end
  guard.note("log-pieces")
  local parts = { line }
  for i = 1, rest do parts[i + 1] = guard.tostring((select(i, ...))) end
  return table.concat(parts, " ")
end

goop.log = {}
for _, level in ipairs { "info", "warn", "error" } do
  goop.log[level] = function(...) host["log.write"](level, pieces(level, ...)) end
end
