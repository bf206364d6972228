-- Values that come in: a flat stream of scalars that Python hands over in chunks and this makes into tables. No table and no function
-- ever crosses.
--
-- A token is a scalar; nil means that an operation follows: 0 nil itself, 1 array of n, 2 object of n, each followed by n and its
-- items; 3 array of n objects with the same keys, followed by n, the number of keys, the keys, and the values row by row.

local tokens, at, last, more

local function refill(count, still, ...)
  more, tokens, at, last = still, { ... }, 0, count - 1
end

local function count_and_refill(...) refill(select("#", ...), ...) end

local function take()
  if at >= last then
    if not more then error("the value ended too early", 0) end
    count_and_refill(guard.pull()) -- more, token...
  end
  at = at + 1
  return tokens[at]
end

local MAX_PACKED = 50000 -- slots of the stack
local compound

-- The loops below read a token that is there by themselves, and call only for what is not a scalar.

-- `#` of [1,null,3] is 3, as in Goop2: Lua says so of a table whose array part ends with a value, which a constructor makes.
local function list(count)
  local result, filled, has_holes = {}, 0, false
  for i = 1, count do
    local item
    if at < last then
      at = at + 1
      item = tokens[at]
    else
      item = take()
    end
    if item == nil then item = compound() end
    if item == nil then
      has_holes = true
    else
      result[i], filled = item, i
    end
  end
  if has_holes and filled <= MAX_PACKED then return { unpack(result, 1, filled) } end
  return result
end

local function object(count)
  local result = {}
  for _ = 1, count do
    local key, item
    if at + 1 < last then
      key, item = tokens[at + 1], tokens[at + 2]
      at = at + 2
    else
      key, item = take(), take()
    end
    if item == nil then item = compound() end
    result[key] = item
  end
  return result
end

local function rows(count, width)
  local result, keys = {}, {}
  for i = 1, width do keys[i] = take() end
  for number = 1, count do
    local row = {}
    for i = 1, width do
      local item
      if at < last then
        at = at + 1
        item = tokens[at]
      else
        item = take()
      end
      if item == nil then item = compound() end
      row[keys[i]] = item
    end
    result[number] = row
  end
  return result
end

-- What follows a nil.
function compound()
  local operation = take()
  if operation == 0 then return nil end
  if operation == 1 then return list(take()) end
  if operation == 2 then return object(take()) end
  return rows(take(), take())
end

function guard.build_value(...) -- more, token...
  guard.trust()
  count_and_refill(...)
  local result = take()
  if result == nil then result = compound() end
  guard.distrust()
  tokens = nil
  return result
end
