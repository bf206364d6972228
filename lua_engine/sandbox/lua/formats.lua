-- string.format where Goop2 writes otherwise than C: numbers, entries of goop.commands(), and widths.

local number_text, names = guard.number_text, guard.names

local LONGEST = 400 -- bytes: a width or a precision has two digits, a character four bytes at most

-- Widths and precisions count characters, as in Goop2; C's count bytes, and may cut a character in two.
-- nil: the native one has an error to tell.
local function by_characters(value, flags)
  local marks, width, most = string.match(flags, "^([-+ #0]*)(%d?%d?)%.(%d?%d?)$")
  if not marks then marks, width = string.match(flags, "^([-+ #0]*)(%d?%d?)$") end
  if not marks then return nil end
  local start, length = sub(value, 1, LONGEST + 1), 0
  for at in string.gmatch(start, "()[^\128-\191]") do
    if most and length == (tonumber(most) or 0) then
      value = sub(value, 1, at - 1)
      break
    end
    length = length + 1
  end
  local missing = #value > LONGEST and 0 or (tonumber(width) or 0) - length
  if missing <= 0 then return value end
  return find(marks, "-", 1, true) and value .. rep(" ", missing) or rep(" ", missing) .. value
end

-- The pattern and the values for the native one.
local function as_there(pattern, count, ...)
  local values, at = { ... }, 0
  pattern = string.gsub(pattern, "%%([-+ #0%d.]*)(.)", function(flags, letter)
    if letter == "%" then return nil end
    at = at + 1
    local value = names[values[at]] or values[at]
    if letter == "s" and type(value) == "number" then value = number_text(value) end
    values[at] = value
    if letter ~= "s" or flags == "" or type(value) ~= "string" or not find(value, "[\128-\255]") then return nil end
    values[at] = by_characters(value, flags)
    if values[at] then return "%s" end
    values[at] = value
  end)
  return pattern, unpack(values, 1, count)
end

guard.as_there = as_there
