-- What scripts/portability/probes.py puts into a script: it notes what Goop2 does otherwise where only a run can tell.

local is_told_apart, number_text, note = guard.numbers.is_told_apart, guard.numbers.text, guard.note

local function variable_kind(name, is_field)
  if is_field then return "field" end
  for place = 1, 200 do
    local found = debug.getlocal(4, place)
    if not found then break end
    if found == name then return "local" end
  end
  local f = getinfo(4, "f").func
  for place = 1, 255 do
    local found = debug.getupvalue(f, place)
    if not found then break end
    if found == name then return "upvalue" end
  end
  return "global"
end

local function has_concat(value)
  local mt = raw_metatable(value)
  return type(mt) == "table" and rawget(mt, "__concat") ~= nil
end

-- The error that `..` itself would raise; it does not know the name behind a call of ours.
local function refuse(value, kind, name, is_field)
  error(format("attempt to concatenate %s '%s' (a %s value)", variable_kind(name, is_field), name, kind), 3)
end

local function operand(value, name, is_field)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then
    if value % 1 == 0 and value < 1e14 and value > -1e14 then return value end
    if is_told_apart(value) then note("number-text", "`..` with the number " .. number_text(value)) end
  elseif name and not has_concat(value) and kind ~= "userdata" then
    refuse(value, kind, name, is_field)
  end
  return value
end

-- Goop2 has room for 128 calls. A function that may come to call itself counts its entries down; at zero it asks how many more
-- there may be before the stack could be that deep. Between two entries there may be a call of something else, hence half.
local MOST = 128
local OURS = 5 -- levels of the stack that are not the script's: ours below its first function, and this one

local function room()
  for used = MOST / 4, MOST, MOST / 8 do
    if not getinfo(used + OURS, "l") then
      local left = (MOST - used) / 2
      return left < 1 and 1 or left
    end
  end
  note("recursion")
  return huge
end

function guard.probes() return operand, room, MOST / 4 end
