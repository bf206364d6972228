-- table. The native functions trust __len, which can say anything; tables that have one are handled in Lua, under hooks.

local charge, bad_argument, as_number, as_text = guard.charge, guard.bad_argument, guard.as_number, guard.as_text
local text_of = guard.text_of

local FARTHEST = 2 ^ 31

local function has_length(t)
  local mt = raw_metatable(t)
  return mt ~= nil and rawget(mt, "__len") ~= nil
end

local function length_of(t)
  local n = #t
  if type(n) ~= "number" then error("object length is not a number", 3) end
  return n
end

local function shift_up(t, e, position, value)
  for i = e, position + 1, -1 do rawset(t, i, rawget(t, i - 1)) end
  rawset(t, position, value)
end

local function guarded_insert(t, ...)
  if type(t) ~= "table" then bad_argument(2, "insert", 1, "table", t) end
  local count = select("#", ...)
  if not has_length(t) then
    if count >= 2 then charge(rawlen(t) / 2) end
    local position, value = ...
    -- As in Lua 5.1: behind the end it is an assignment.
    if count == 2 and type(position) == "number" and position > rawlen(t) + 1 and position % 1 == 0 then
      return rawset(t, position, value) and nil
    end
    return insert(t, ...)
  end
  local e = length_of(t) + 1
  if count == 1 then rawset(t, e, (...)) return end
  if count ~= 2 then error("wrong number of arguments to 'insert'", 2) end
  local position, value = ...
  if type(position) ~= "number" then bad_argument(2, "insert", 2, "number", position) end
  if position < 1 or position > e then error("bad argument #2 to 'insert' (position out of bounds)", 2) end
  shift_up(t, e, position, value)
end

local function guarded_remove(t, ...)
  if type(t) ~= "table" then bad_argument(2, "remove", 1, "table", t) end
  if not has_length(t) then
    if select("#", ...) > 0 then charge(rawlen(t) / 2) end
    local position = ...
    if type(position) == "number" and position > rawlen(t) + 1 then return nil end -- as in Lua 5.1
    return remove(t, ...)
  end
  local size = length_of(t)
  local position = ...
  if position == nil then position = size end
  if type(position) ~= "number" then bad_argument(2, "remove", 2, "number", position) end
  if position ~= size and (position < 1 or position > size + 1) then
    error("bad argument #1 to 'remove' (position out of bounds)", 2)
  end
  local value = rawget(t, position)
  for i = position, size - 1 do rawset(t, i, rawget(t, i + 1)) end
  rawset(t, size, nil)
  return value
end

-- `t`, or a copy of i..j in which numbers and commands are the texts that they are in Goop2.
local function as_texts(t, i, j)
  local is_plain = raw_metatable(t) == nil
  for k = i, j do
    local value
    if is_plain then value = t[k] else value = rawget(t, k) end
    if value == nil then return t end -- the native one says where
    if type(value) ~= "string" and text_of(value) then
      local copy = {}
      for at = i, j do
        value = rawget(t, at)
        if value == nil then break end
        copy[at] = text_of(value) or value
      end
      return copy
    end
  end
  return t
end

local function guarded_concat(t, separator, first, last)
  if type(t) ~= "table" then bad_argument(2, "concat", 1, "table", t) end
  separator, first, last = as_text(separator), as_number(first), as_number(last)
  local i = type(first) == "number" and first or 1
  local j = type(last) == "number" and last or rawlen(t)
  -- As in Goop2: as many as there are. A position that is no integer of C would be another one there, or never end here.
  if j > rawlen(t) and (j >= FARTHEST or rawget(t, j) == nil) then j = rawlen(t) end
  if i > j then i, j = 1, 0 end
  local n = rawlen(t) + 16
  if j - i < n then n = j - i + 1 end -- a huge range stops at the first hole
  if n > 16 then charge(n * 8) end
  return concat(as_texts(t, i, j), separator, i, j)
end

local function guarded_unpack(t, first, last)
  first, last = as_number(first), as_number(last)
  if type(t) == "table" then
    local i = type(first) == "number" and first or 1
    local j = type(last) == "number" and last or rawlen(t)
    if j - i > 256 then charge((j - i) * 4) end
  end
  return unpack(t, first, last)
end

local function maxn(t)
  if type(t) ~= "table" then bad_argument(2, "maxn", 1, "table", t) end
  local most = 0
  for key in next, t do
    if type(key) == "number" and key > most then most = key end
  end
  return most
end

guard.has_length, guard.length_of = has_length, length_of

return {
  insert = guarded_insert, remove = guarded_remove, concat = guarded_concat, maxn = maxn,
  sort = function(...) return guard.sort(...) end,
  unpack = guard.noting("table-unpack", "`table.unpack`", guarded_unpack),
  pack = guard.noting("table-unpack", "`table.pack`", table.pack),
  getn = function(t)
    if type(t) ~= "table" then bad_argument(2, "getn", 1, "table", t) end
    return #t
  end,
}
