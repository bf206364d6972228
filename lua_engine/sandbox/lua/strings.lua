-- string. The pattern functions are in patterns.lua.

local charge, SMALL = guard.charge, guard.SMALL

local function text_size(...)
  local total = 0
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" then total = total + #value end
  end
  return total
end

-- As the native functions coerce: what is charged must be what is done.
local function as_number(value)
  if type(value) == "string" then return tonumber(value) or value end
  return value
end

local function as_text(value)
  if type(value) == "number" then return tostring(value) end
  return value
end

guard.as_number, guard.as_text = as_number, as_text

local strings = { len = string.len, char = char, sub = sub }
guard.env.string = strings

-- Natives are called under their own names: those are what their error messages show.
function strings.lower(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return lower(s, ...)
end

function strings.upper(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return upper(s, ...)
end

function strings.reverse(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return reverse(s, ...)
end

function strings.byte(s, ...)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return byte(s, ...)
end

function strings.rep(s, n, separator)
  s, separator = as_text(s), as_text(separator)
  n = as_number(n)
  if type(s) == "string" and type(n) == "number" and (separator == nil or type(separator) == "string") then
    local each = #s + (separator and #separator or 0)
    if each == 0 then return "" end -- the native one would count to n
    if n > 0 then charge(n * (each + 8) / 4) end
  end
  return rep(s, n, separator)
end

function strings.format(pattern, ...)
  if type(pattern) == "string" and #pattern > 256 then charge(#pattern) end
  if select("#", ...) > 0 then
    local size = text_size(...)
    if size > SMALL then charge(size * 2) end
  end
  return format(pattern, ...)
end
