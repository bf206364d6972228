-- pairs and next in an order that is the same in every VM: numbers ascending, then texts in byte order, then false and true, then
-- the rest (tables and functions, by what they hold: ordinals.lua). Lua's own follows hashes that are seeded anew in each. A list,
-- which Lua keeps in order itself, is walked by the native next.

local charge, pending, fill, shapes = guard.charge, guard.pending, guard.fill, guard.shapes

local CHECKED = 4 -- entries of a list that are looked at one by one

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

local function sorted_keys(t)
  local texts, text_count = { nil, nil, nil, nil, nil, nil }, 0
  local numbers, number_count, others, booleans = nil, 0, nil, nil
  for key in next, t do
    local kind = type(key)
    if kind == "string" then
      text_count = text_count + 1
      texts[text_count] = key
    elseif kind == "number" then
      numbers = numbers or {}
      number_count = number_count + 1
      numbers[number_count] = key
    elseif kind == "boolean" then
      booleans = booleans or {}
      if key then booleans[#booleans + 1] = true else insert(booleans, 1, false) end
    else
      others = others or {}
      others[#others + 1] = key
    end
  end
  charge(4 * text_count + number_count)
  if others and #others > 1 then
    if not guard.sort_by_ordinals then guard.need("ordinals") end
    guard.sort_by_ordinals(t, others)
  end
  shapes.sort(texts)
  if not numbers and not others and not booleans then return texts, text_count, true end
  if number_count > 1 then guard.sort(numbers) end
  numbers = numbers or {}
  local count = append(numbers, append(numbers, number_count, texts), booleans or {})
  return numbers, append(numbers, count, others or {})
end

-- What was taken out meanwhile is passed over. A metatable must not be asked for it.
local function walk_raw(t, keys, count)
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

-- A table without metatable: its keys may be those of one that was walked before.
local function walk_plain(t, first)
  local shape = shapes.of(t, first)
  if not shape then
    local keys, count, is_text = sorted_keys(t)
    if not is_text or not shapes.is_worth_keeping(count) then return walk_raw(t, keys, count) end
    shape = shapes.keep(keys, first)
  end
  return shape.step, t, nil
end

local function stable_pairs(t)
  if type(t) ~= "table" then return pairs(t) end
  local mt = raw_metatable(t)
  if mt ~= nil then
    if pending[t] then fill(t) end
    if rawget(mt, "__pairs") ~= nil then
      guard.note("pairs-metamethod", "`__pairs`")
      return pairs(t)
    end
    if not is_list(t) then return walk_raw(t, sorted_keys(t)) end
  else
    local first = next(t)
    if first ~= nil and (first ~= 1 or not is_list(t)) and next(t, first) ~= nil then return walk_plain(t, first) end
  end
  return next, t, nil
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
  walked_keys, walked_count = sorted_keys(t)
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
  local key = number or text
  if key == nil then
    if rawget(t, false) ~= nil then return false, rawget(t, false) end
    if rawget(t, true) ~= nil then return true, rawget(t, true) end
    begin_walk(t)
    return following(t)
  end
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
    if pending[t] then fill(t) end
    local only, value = next(t)
    if only == nil then return nil end
    if next(t, only) == nil or is_list(t) then return only, value end
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

return { pairs = stable_pairs, next = stable_next, ipairs = noting_ipairs }
