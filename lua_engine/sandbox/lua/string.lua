-- string. The pattern functions are in patterns.lua.

local charge, SMALL = guard.charge, guard.SMALL

local number_text, names = guard.number_text, guard.names

-- As the native functions coerce: what is charged must be what is done.
local function as_number(value)
  if type(value) == "string" then return tonumber(value) or value end
  return value
end

local function as_text(value)
  if type(value) == "number" then return number_text(value) end
  return names[value] or value
end

guard.as_number, guard.as_text = as_number, as_text

local function named(s) -- an entry of goop.commands() is its name
  if type(s) == "table" then return names[s] or s end
  return s
end

local strings = { len = string.len, char = char, sub = sub }

-- Until there are such entries these two are the native ones, as they are called more than all others.
function guard.take_names()
  guard.take_names = nil
  for name, native in next, { len = string.len, sub = sub } do
    local function f(s, ...) return native(named(s), ...) end
    if rawget(guard.env.string, name) == native then guard.env.string[name] = f end
  end
end

-- Natives are called under their own names: those are what their error messages show.
function strings.lower(s, ...)
  s = named(s)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return lower(s, ...)
end

function strings.upper(s, ...)
  s = named(s)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return upper(s, ...)
end

function strings.reverse(s, ...)
  s = named(s)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return reverse(s, ...)
end

function strings.byte(s, ...)
  s = named(s)
  if type(s) == "string" and #s > SMALL then charge(#s) end
  return byte(s, ...)
end

function strings.rep(s, n, separator)
  s, separator = as_text(s), as_text(separator)
  n = as_number(n)
  if separator ~= nil then guard.note("rep-separator", "`string.rep` with a separator") end
  if type(s) == "string" and type(n) == "number" and (separator == nil or type(separator) == "string") then
    local each = #s + (separator and #separator or 0)
    if each == 0 then return "" end -- the native one would count to n
    if n > 0 then charge(n * (each + 8) / 4) end
  end
  return rep(s, n, separator)
end

-- "%s" of a number is its text in Goop2's way; of other numbers than these C writes the same.
local function is_odd(value)
  return value % 1 ~= 0 or value >= 1e14 or value <= -1e14 or value == 0 and 1 / value < 0
end

local function survey(...) -- bytes of texts, and whether there is an odd number, or an entry of goop.commands()
  local size, has_odd = 0, false
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    local kind = type(value)
    if kind == "string" then
      size = size + #value
    elseif kind == "number" and not has_odd then
      has_odd = is_odd(value)
    elseif kind == "table" and names[value] then
      has_odd = true
    end
  end
  return size, has_odd
end

function strings.format(pattern, ...)
  pattern = named(pattern)
  if type(pattern) == "string" and #pattern > 256 then charge(#pattern) end
  local count = select("#", ...)
  if count > 0 then
    local size, has_odd = survey(...)
    if size > SMALL then charge(size * 2) end
    if type(pattern) == "string" and (has_odd or find(pattern, "%%[-+ #0]*[%d.]+s")) then
      return format(guard.as_there(pattern, count, ...))
    end
  end
  return format(pattern, ...)
end

-- The pattern functions are a part of their own.
for _, name in ipairs { "find", "match", "gmatch", "gfind", "gsub" } do
  local f
  local function stub(...)
    if not f then
      f = guard.need("patterns")[name == "gfind" and "gmatch" or name]
      if rawget(guard.env.string, name) == stub then guard.env.string[name] = f end
    end
    return f(...)
  end
  strings[name] = stub
end

return strings
