-- Values that come in: a flat stream of scalars that Python hands over in chunks and `builder` turns into tables. No table and no
-- function ever crosses.
--
-- A token is a scalar; nil means that an operation follows: 0 nil itself, 1 array of n, 2 object of n, each followed by n.

local pull -- set by the boot chunk: () -> more, token...
local tokens, at, last, more

local function refill(count, still, ...)
  more, tokens, at, last = still, { ... }, 0, count - 1
end

local function count_and_refill(...) refill(select("#", ...), ...) end

local function take()
  if at >= last then
    if not more then error("the value ended too early", 0) end
    count_and_refill(pull())
  end
  at = at + 1
  return tokens[at]
end

local MAX_PACKED = 50000 -- slots of the stack
local value

-- `#` of [1,null,3] is 3, as in Goop2: Lua says so of a table whose array part ends with a value, which a constructor makes.
local function list(count)
  local result, last, has_holes = {}, 0, false
  for i = 1, count do
    local item = value()
    if item == nil then
      has_holes = true
    else
      result[i], last = item, i
    end
  end
  if has_holes and last <= MAX_PACKED then return { unpack(result, 1, last) } end
  return result
end

local function object(count)
  local result = {}
  for _ = 1, count do
    local key = take()
    result[key] = value()
  end
  return result
end

function value()
  local token = take()
  if token ~= nil then return token end
  local operation = take()
  if operation == 0 then return nil end
  if operation == 1 then return list(take()) end
  return object(take())
end

local function build_value(...) -- more, token...
  count_and_refill(...)
  local result = value()
  tokens = nil
  return result
end

local function build_rows(...) -- more, width, name..., value...   (width 0: single values)
  count_and_refill(...)
  local width, names, result, count = take(), {}, {}, 0
  for i = 1, width do names[i] = take() end
  while true do
    if at >= last then
      if not more then break end
      count_and_refill(pull())
    else
      count = count + 1
      if width == 0 then
        at = at + 1
        local item = tokens[at]
        if item == nil then count = count - 1 else result[count] = item end
      else
        local row = {}
        for i = 1, width do row[names[i]] = tokens[at + i] end
        at = at + width
        result[count] = row
      end
    end
  end
  tokens = nil
  return result
end

guard.build_value, guard.build_rows = build_value, build_rows
function guard.set_pull(f) pull = f end
