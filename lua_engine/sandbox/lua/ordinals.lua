-- Tables, functions and coroutines as keys have no order but that of their places in memory, which is another in each call. They get
-- numbers when they are first met by a walk: in the order of what they hold, and of what the table holds for them. Whoever has a
-- number keeps it, however it changes, so that two walks of one VM agree; who comes later comes after.
--
--   set[{ id = 7 }] = true; set[{ id = 3 }] = true    "{id=3}=true" -> 1, "{id=7}=true" -> 2
--
-- Keys that hold the same, as far as is looked, stay in the order of memory: what they hold does not tell them apart.

local charge = guard.charge
local getupvalue = debug.getupvalue

local LARGE, DEEP = 24, 2 -- entries of a table that are looked at; tables within tables
local LONG = 64 -- bytes of a text
local MANY = 10000 -- keys; more stay in the order of memory: their texts would take the script's own

local ordinals, last = setmetatable({}, { __mode = "k" }), 0

local content

local function function_content(f, depth)
  local text = "f" .. getinfo(f, "S").linedefined
  if depth == 0 then return text end
  for i = 1, 8 do
    local name, value = getupvalue(f, i)
    if not name or name == "" then break end -- a native function has upvalues without names
    if name ~= "_ENV" then text = text .. "," .. content(value, depth - 1) end
  end
  return text
end

local function table_content(t, depth)
  if depth == 0 then return "{" end
  local keys, count = {}, 0
  for key in next, t do
    if count == LARGE then return "{" .. rawlen(t) .. content(rawget(t, 1), 0) end
    local kind = type(key)
    count = count + 1
    if kind == "table" or kind == "function" or kind == "thread" then
      keys[count] = kind
    else
      keys[count] = content(key, 0) .. "=" .. content(rawget(t, key), depth - 1)
    end
  end
  guard.sort(keys)
  return "{" .. concat(keys, ",") .. "}"
end

function content(value, depth)
  local kind = type(value)
  if kind == "table" then return table_content(value, depth) end
  if kind == "function" then return function_content(value, depth) end
  if kind == "string" then
    if #value > LONG then return sub(value, 1, LONG) .. #value end
    return value
  end
  if kind == "number" then return format("%024.6f", value) end
  return kind == "boolean" and tostring(value) or kind
end

-- Gives numbers to `keys`, and brings them into their order.
local function number_new(t, keys)
  local texts, first, more = {}, {}, {} -- text -> the key that holds it; the others that hold the same
  for i = 1, #keys do
    local text = content(keys[i], DEEP) .. "=" .. content(rawget(t, keys[i]), DEEP)
    charge(#text)
    if first[text] == nil then
      first[text] = keys[i]
      texts[#texts + 1] = text
    else
      more[text] = more[text] or {}
      insert(more[text], keys[i])
    end
  end
  guard.sort(texts)
  local count = 0
  local function number(key)
    count, last = count + 1, last + 1
    keys[count], ordinals[key] = key, last
  end
  for i = 1, #texts do
    number(first[texts[i]])
    for _, key in next, more[texts[i]] or {} do number(key) end
  end
end

-- Brings such keys of `t` into their order.
function guard.sort_by_ordinals(t, keys)
  if #keys > MANY then return end
  local known, new = {}, {}
  for i = 1, #keys do
    local list = ordinals[keys[i]] and known or new
    list[#list + 1] = keys[i]
  end
  if #new > 0 then number_new(t, new) end
  local numbers, by_number = {}, {}
  for i = 1, #known do
    numbers[i] = ordinals[known[i]]
    by_number[numbers[i]] = known[i]
  end
  guard.sort(numbers)
  for i = 1, #numbers do keys[i] = by_number[numbers[i]] end
  for i = 1, #new do keys[#numbers + i] = new[i] end
end
