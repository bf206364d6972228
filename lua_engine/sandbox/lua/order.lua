-- pairs and next in an order that is the same in every VM: numbers ascending, then texts in byte order, then the rest. Lua's own
-- follows hashes that are seeded anew in each. A list, which Lua keeps in order itself, is walked by the native next.

local charge, sort = guard.charge, guard.env.table.sort

local CHECKED = 16 -- entries of a list that are looked at one by one

-- Is everything in `t` at 1..n? Lua may keep a few such entries among the hashed ones; then its last entry is not the n-th, or,
-- in a small table, the order shows it.
local function is_list(t)
  local n = rawlen(t)
  if n == 0 or next(t, n) ~= nil then return false end
  local expected = 1
  for key in next, t do
    if key ~= expected then return false end
    if expected == CHECKED then return true end
    expected = expected + 1
  end
  return true
end

local function append(keys, n, more)
  for i = 1, #more do keys[n + i] = more[i] end
  return n + #more
end

local function ordered_keys(t)
  local texts, numbers, others = {}, nil, nil
  local text_count, number_count = 0, 0
  for key in next, t do
    local kind = type(key)
    if kind == "string" then
      text_count = text_count + 1
      texts[text_count] = key
    elseif kind == "number" then
      numbers = numbers or {}
      number_count = number_count + 1
      numbers[number_count] = key
    else
      others = others or {}
      others[#others + 1] = key
    end
  end
  charge(number_count + text_count)
  if text_count > 1 then sort(texts) end
  if not numbers and not others then return texts, text_count end
  if number_count > 1 then sort(numbers) end
  numbers = numbers or {}
  return numbers, append(numbers, append(numbers, number_count, texts), others or {})
end

local function walk(t)
  local keys, count = ordered_keys(t)
  local at = 0
  return function()
    while at < count do
      at = at + 1
      local key = keys[at]
      local value = rawget(t, key)
      if value ~= nil then return key, value end
    end
  end, t, nil
end

local function stable_pairs(t)
  if type(t) ~= "table" then return pairs(t) end
  local mt = raw_metatable(t)
  if mt ~= nil and rawget(mt, "__pairs") ~= nil then
    guard.note("pairs-metamethod", "`__pairs`")
    return pairs(t)
  end
  if next(t) == nil or is_list(t) then return next, t, nil end
  return walk(t)
end

local function noting_ipairs(t)
  local mt = raw_metatable(t)
  if mt ~= nil and type(mt) == "table" and rawget(mt, "__ipairs") ~= nil then
    guard.note("pairs-metamethod", "`__ipairs`")
  end
  return ipairs(t)
end

-- next, one step at a time: the order of the table that is being walked is kept.
local walked, walked_keys, walked_at, walked_count, walked_first

local function begin_walk(t)
  walked = t
  walked_keys, walked_count = ordered_keys(t)
  walked_at = 0
end

local function following(t)
  while walked_at < walked_count do
    walked_at = walked_at + 1
    local key = walked_keys[walked_at]
    local value = rawget(t, key)
    if value ~= nil then return key, value end
  end
  walked, walked_keys = nil, nil
  return nil
end

-- The first key alone, for `next(t) == nil`: no need to bring the others into order.
local function first(t)
  local text, number
  for key in next, t do
    local kind = type(key)
    if kind == "number" then
      if not number or key < number then number = key end
    elseif kind == "string" then
      if not text or key < text then text = key end
    end
  end
  charge(#(text or "") / 8)
  if number == nil and text == nil then return next(t) end
  local key = number or text
  walked, walked_keys, walked_first = t, nil, key -- in case that a walk begins here
  return key, rawget(t, key)
end

local function place_of(key)
  for i = 1, walked_count do
    if rawequal(walked_keys[i], key) then
      charge(i)
      return i
    end
  end
end

local function stable_next(t, key)
  if type(t) ~= "table" then return next(t, key) end
  if key == nil then
    if is_list(t) then return next(t) end
    return first(t)
  end
  local is_second = walked == t and walked_keys == nil and rawequal(walked_first, key)
  if is_second then -- the first may have been taken out since
    begin_walk(t)
    if rawequal(walked_keys[1], key) then walked_at = 1 end
  elseif walked ~= t or walked_keys == nil or not rawequal(walked_keys[walked_at], key) then
    if is_list(t) then return next(t, key) end
    begin_walk(t)
    walked_at = place_of(key)
    if not walked_at then
      walked = nil
      return next(t, key) -- Lua's own error for a key that is not there
    end
  end
  return following(t)
end

guard.env.pairs, guard.env.next, guard.env.ipairs = stable_pairs, stable_next, noting_ipairs
guard.sort = sort
