-- Comparing and finding text as it is, in pieces that the count hook can come between.
local native, charge = ...
local byte, sub, find = native.byte, native.sub, native.find

local BUDGET = 5e7 -- steps of 1 ns that one native search may take
local LONG = 2000 -- bytes that a C call may pass over without accounting for them
local BLOCK = 4096 -- bytes compared at once
local PROBE = 32 -- bytes of a long needle that the native function looks for

-- -> are the `length` bytes of s from a on those of t from b on? Both have as many.
local function is_equal(s, a, t, b, length)
  if length == 0 then return true end
  if byte(s, a) ~= byte(t, b) then return false end
  for offset = 0, length - 1, BLOCK do
    local last = offset + BLOCK <= length and offset + BLOCK - 1 or length - 1
    if sub(s, a + offset, a + last) ~= sub(t, b + offset, b + last) then return false end
    if length > LONG then charge(last - offset) end
  end
  return true
end

-- A plain search. In C it costs subject * needle on subjects that nearly match everywhere.

local function agrees(s, at, p)
  local m = #p
  if is_equal(s, at + m - PROBE, p, m - PROBE + 1, PROBE) then return is_equal(s, at, p, 1, m) end
  return false
end

local function find_plain(s, p, init, is_forced)
  local n, m = #s - init + 1, #p
  if m > n then return nil end
  local steps = n / 8 + n * m / 32
  if m <= PROBE or (steps <= BUDGET and not is_forced) then
    if steps > LONG then charge(steps / 5) end
    return find(s, p, init, true)
  end
  local probe, at = sub(p, 1, PROBE), init
  while true do
    local from = at
    at = find(s, probe, at, true)
    if not at then charge(#s - from) return nil end
    if at - from > LONG then charge(at - from) end
    if at + m - 1 > #s then return nil end
    if agrees(s, at, p) then return at, at + m - 1 end
    at = at + 1
  end
end

return { is_equal = is_equal, find_plain = find_plain }
