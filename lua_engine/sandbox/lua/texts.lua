-- Texts of values as Goop2 writes them. Whole numbers, the most, need no more than this; others are in numbers.lua.

-- An entry of goop.commands() is a name in Goop2.
local names = setmetatable({}, { __mode = "k" })
guard.names = names

local function number_text(value)
  if value % 1 == 0 and value < 1e14 and value > -1e14 then return value == 0 and "0" or tostring(value) end
  return guard.numbers.text(value)
end
guard.number_text = number_text

-- Where Goop2 takes a string it takes a number too.
function guard.text_of(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return number_text(value) end
  if kind == "table" then return names[value] end
end

local function text(...)
  local value = ...
  if type(value) == "number" then return number_text(value) end
  return tostring(...)
end
guard.tostring = text

return { tostring = text }
