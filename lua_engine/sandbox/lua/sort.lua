-- table.sort. The native quicksort is quadratic on chosen inputs and sees no hook between two comparisons of plain values. So: numbers
-- and short strings are shuffled first and then sorted natively; everything else is merged in Lua, under hooks, and stable.

local charge, bad_argument, has_length, length_of = guard.charge, guard.bad_argument, guard.has_length, guard.length_of

local random_state = guard.random_seed % 2147483646 + 1
local function shuffle_index(n) -- 1..n; not the script's generator
  random_state = (random_state * 16807) % 2147483647
  return random_state % n + 1
end

local function is_plain(t, n)
  local kind = type(rawget(t, 1))
  if kind ~= "number" and kind ~= "string" then return false end
  for i = 1, n do
    local value = rawget(t, i)
    if type(value) ~= kind or (kind == "string" and #value > 64) or value ~= value then return false end
  end
  return true
end

local function less(a, b) return a < b end

local function merge(from, to, low, middle, high, before)
  local i, j = low, middle + 1
  for k = low, high do
    if i <= middle and (j > high or not before(from[j], from[i])) then
      to[k] = from[i]
      i = i + 1
    else
      to[k] = from[j]
      j = j + 1
    end
  end
end

local function insertion(a, low, high, before)
  for i = low + 1, high do
    local value, j = a[i], i - 1
    while j >= low and before(value, a[j]) do
      a[j + 1] = a[j]
      j = j - 1
    end
    a[j + 1] = value
  end
end

local function merge_sort(t, n, before)
  local from, to = {}, {}
  for i = 1, n do from[i] = rawget(t, i) end
  local width = 8
  for low = 1, n, width do
    local high = low + width - 1
    insertion(from, low, high < n and high or n, before)
  end
  while width < n do
    for low = 1, n, 2 * width do
      local middle, high = low + width - 1, low + 2 * width - 1
      if middle > n then middle = n end
      if high > n then high = n end
      merge(from, to, low, middle, high, before)
    end
    from, to, width = to, from, width * 2
  end
  for i = 1, n do rawset(t, i, from[i]) end
end

local function guarded_sort(t, before)
  if type(t) ~= "table" then bad_argument(2, "sort", 1, "table", t) end
  if before ~= nil and type(before) ~= "function" then bad_argument(2, "sort", 2, "function", before) end
  local n = has_length(t) and length_of(t) or rawlen(t)
  if before == nil and is_plain(t, n) then
    charge(n * 40)
    if n > 100 then
      for i = n, 2, -1 do
        local j = shuffle_index(i)
        local value = rawget(t, i)
        rawset(t, i, rawget(t, j))
        rawset(t, j, value)
      end
    end
    if not has_length(t) then return sort(t) end
  end
  merge_sort(t, n, before or less)
end

guard.sort = guarded_sort
