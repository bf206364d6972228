-- goop.json
local goop, host, guard = ...

goop.json = { decode = host["goop.json.decode"] }
function goop.json.encode(value)
  local ok, text = guard.native.pcall(guard.encode, value, "value")
  if ok then return text end
  if text == guard.CONVERSION then return nil, text.message end
  error(text, 0)
end
